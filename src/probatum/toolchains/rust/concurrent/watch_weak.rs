//! Exchanges that may fail for no reason: one of an execution at most, while other threads may be there. Each that does
//! multiplies executions, so it counts as a preemption: clients with such exchanges are explored once more.
use super::all;

#[cfg(probatum_loom)]
pub fn weak(fails: bool) {
    (all().weak, all().met) = (fails, false);
}
/// Whether there was such an exchange, since it was said whether they fail.
#[cfg(probatum_loom)]
pub fn met_weak() -> bool {
    all().met
}
/// Whether the exchange that comes next fails: Loom tries both.
pub fn fails_for_no_reason() -> bool {
    let all = all();
    all.met |= all.now.thread > 0;
    if all.weak && !all.failed && all.now.thread > 0 {
        #[cfg(probatum_loom)]
        (all.failed = super::hidden(loom::fails_for_no_reason));
        return all.failed;
    }
    false
}
