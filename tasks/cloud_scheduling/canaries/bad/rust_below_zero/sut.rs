//! How far the job is behind its line, in numbers that know nothing below zero.
pub fn decide(states: Vec<State>) -> Vec<Machine> {
    states.iter().map(choose).collect()
}

fn choose(state: &State) -> Machine {
    let left = state.ticks - state.tick;
    let need = state.work - state.done + state.restart;
    let behind = state.tick * state.work - state.done * state.ticks;
    if left <= need || (behind > state.ticks && !state.available) {
        Machine::Ondemand
    } else if state.available {
        Machine::Spot
    } else {
        Machine::None
    }
}
