//! What goes wrong without a history that shows it: where it is told, and who tells it.
#[cfg(probatum_asan)]
use super::places;
use super::waiting::UNTOLD;
use super::{all, history, leave, say};

/// A failure that no history shows; nothing after it counts. In an execution that is none it is none.
pub fn fail(kind: &str, why: &str) -> ! {
    leave();
    let kind = if all().unfair { "limit" } else { kind };
    let (events, steps) = history();
    say(&format!("F {{\"client\":{},\"kind\":\"{kind}\",\"why\":{why:?},{events},{steps}}}", all().client));
    unsafe { _exit(0) }
}
extern "C" {
    fn _exit(status: i32) -> !;
    #[cfg(probatum_asan)]
    fn __sanitizer_set_death_callback(call: extern "C" fn());
}
#[cfg(probatum_asan)]
extern "C" fn dying() {
    fail("address", "the address sanitizer stopped it");
}
pub fn arm(tell: bool, strong: bool) {
    all().tell = tell;
    all().strong = strong;
    #[cfg(probatum_asan)]
    unsafe {
        __sanitizer_set_death_callback(dying)
    };
    std::panic::set_hook(Box::new(|what| {
        leave();
        let text = what.payload().downcast_ref::<String>().cloned();
        let text = text.or_else(|| what.payload().downcast_ref::<&str>().map(|s| s.to_string()));
        let own = what.location().is_some_and(|at| at.file().ends_with("sut.rs"));
        #[cfg(probatum_asan)]
        if !own && places::lost() {
            fail("memory", "what a thread is about to access was freed meanwhile");
        }
        if let Some(text) = text {
            let text: String = text.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').take(400).collect();
            fail(if own { "panic" } else { "model" }, &text);
        } else if own {
            fail("panic", UNTOLD);
        }
    }));
}
