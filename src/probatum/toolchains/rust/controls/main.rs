use probatum_worker::{Outcome, Subject, Tree};
mod sut;
struct Controls;
impl Subject for Controls {
    fn names(&self) -> &'static [&'static str] {
        &[]
    }
    fn reset(&mut self) {}
    fn make(&mut self, _: &str, _: &str, _: i128, _: &[Tree]) -> Outcome {
        Outcome::Missing(String::new())
    }
    fn method(&mut self, _: i128, _: &str, _: &[Tree]) -> Outcome {
        Outcome::Missing(String::new())
    }
    fn function(&mut self, name: &str, _: &[Tree]) -> Outcome {
        let value = match name {
            "right" => sut::right(),
            "used_after_free" => sut::used_after_free(),
            "outside" => sut::outside(),
            "freed_twice" => sut::freed_twice(),
            _ => sut::never_freed(),
        };
        Outcome::Returned(value.to_string())
    }
}
fn main() {
    probatum_worker::serve(&mut Controls)
}
