//! What is told of an execution: its calls, and what each answered.
#[cfg(probatum_asan)]
use super::places;
use super::{all, settled};

/// The beginning of a call, or its return; of which thread, and as it is told.
pub(super) struct Event {
    returns: bool,
    thread: usize,
    text: String,
}

/// The beginning of a call, or its return with an answer; kept among the accesses, too.
pub fn event(thread: usize, call: usize, answer: Option<&str>) {
    let all = all();
    let text = answer.map_or(format!("[{thread},{call}]"), |answer| format!("[{thread},{call},{answer}]"));
    if all.tell {
        all.steps.push_str(if all.steps.is_empty() { "" } else { "," });
        all.steps.push_str(&text);
    }
    #[cfg(probatum_asan)]
    places::returns(thread);
    settled::changed();
    all.events.push(Event { returns: answer.is_some(), thread, text });
}
/// Which calls return before which begin is all that a history says of their order: where several begin in a row, or
/// return, they are told in the order of their threads, and what differs in that alone is told once.
fn told() -> String {
    let events = &mut all().events;
    events.chunk_by_mut(|one, next| one.returns == next.returns).for_each(|run| run.sort_by_key(|one| one.thread));
    let texts: Vec<&str> = events.iter().map(|one| one.text.as_str()).collect();
    texts.join(",")
}
pub fn leaked() -> Option<usize> {
    (!all().overflow).then_some(all().used)
}
pub fn history() -> (String, String) {
    let (all, events) = (all(), told());
    let lost = if all.lost { "\"lost\":true," } else { "" };
    (format!("{lost}\"stale\":{},\"events\":[{events}]", all.stale), format!("\"steps\":[{}]", all.steps))
}
pub fn say(line: &str) {
    super::super::out(line)
}
