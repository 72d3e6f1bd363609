//! Values of headers: good ones, bad ones, and mutations of both.

use crate::rng::Rng;

/// Good values, and pieces that mean something to a careless reader.
const PIECES: [&[u8]; 47] = [
    b"1n",
    b"99999999u",
    b"300m",
    b"5S",
    b"60M",
    b"1H",
    b"0n",
    b"300",
    b"1",
    b"0",
    b"3600000",
    b"3600001",
    b"9999999999999999999",
    b"18446744073709551615",
    b"18446744073709551616",
    b"4294967295",
    b"H",
    b"M",
    b"S",
    b"m",
    b"u",
    b"n",
    b"+",
    b"-",
    b" ",
    b"\t",
    b",",
    b";",
    b".",
    b"e",
    b"0x",
    b"_",
    b"%20",
    b"NaN",
    b"inf",
    b"\xff",
    b"\xc2\xa0",
    b"\xd9\xa5",
    b"\xef\xbc\x95",
    b"\"",
    b"\\",
    b"00000000",
    b"99999999",
    b"level=error",
    b"critical",
    b"low",
    b"sheddable",
];

/// Returns a value: a random one, or pieces side by side.
pub fn value(rng: &mut Rng) -> Vec<u8> {
    match rng.below(8) {
        0 => (0..rng.below(40)).map(|_| byte(rng)).collect(),
        1 => number(rng).into_bytes(),
        2 | 3 => {
            let mut value = number(rng).into_bytes();
            value.push(*rng.pick(b"HMSmun"));
            value
        }
        // As long as a server lets it be.
        4 if rng.one_in(200) => vec![byte(rng); rng.below(16_384)],
        _ => (0..=rng.below(3)).flat_map(|_| rng.pick(&PIECES).to_vec()).collect(),
    }
}

/// Changes a value in one to three places.
pub fn mutate(rng: &mut Rng, value: &mut Vec<u8>) {
    for _ in 0..=rng.below(3) {
        let at = rng.below(value.len() + 1);
        match rng.below(4) {
            0 if at < value.len() => value[at] = byte(rng),
            1 if at < value.len() => drop(value.remove(at)),
            2 => value.truncate(at),
            _ => {
                let piece = rng.pick(&PIECES).to_vec();
                value.splice(at..at, piece);
            }
        }
    }
}

fn byte(rng: &mut Rng) -> u8 {
    u8::try_from(rng.below(256)).unwrap_or_default()
}

/// A number of 1 to 22 digits.
fn number(rng: &mut Rng) -> String {
    let most = if rng.one_in(4) { 22 } else { 8 };
    let digits = 1 + rng.below(most);
    (0..digits).map(|_| char::from(b'0' + u8::try_from(rng.below(10)).unwrap_or_default())).collect()
}
