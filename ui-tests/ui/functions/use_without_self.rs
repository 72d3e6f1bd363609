use recourse::resilient;

pub struct Socket(pub u8);

impl Socket {
    #[resilient(retry = "3 attempts")]
    pub fn send<C: AsRef<str> + Clone>(&mut self, text: C) -> impl Future<Output = Result<u8, String>> + use<C> {
        let id = self.0;
        async move { text.as_ref().parse().map(|_: u8| id).map_err(|_| "no number".to_owned()) }
    }
}

fn main() {}
