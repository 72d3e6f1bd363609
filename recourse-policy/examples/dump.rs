use recourse_policy::{
    text::{self, *},
    *,
};
fn main() {
    for line in std::fs::read_to_string("/tmp/dump.txt").unwrap().lines() {
        let (section, t) = line.split_once('|').unwrap();
        let faults = match section {
            "retry" => text::strict::<RetryPolicy>(t).err(),
            "hedge" => text::strict::<HedgePolicy>(t).err(),
            "circuit" => text::strict::<CircuitPolicy>(t).err(),
            "budget" => text::strict::<BudgetPolicy>(t).err(),
            "timeout" => strict_duration("timeout", t).err(),
            _ => text::duration(t).err().map(|e| vec![e]),
        };
        println!("{section} {t:?}");
        match faults {
            None => println!("      OK"),
            Some(f) => {
                for f in f {
                    println!("      {} {:?} | {}", if f.is_bound() { "B" } else { "G" }, &t[f.range()], f)
                }
            }
        }
    }
}
