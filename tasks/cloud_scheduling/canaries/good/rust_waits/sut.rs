//! Spot or nothing while there is slack, then on demand.
pub fn decide(states: Vec<State>) -> Vec<Machine> {
    states.iter().map(choose).collect()
}

fn choose(state: &State) -> Machine {
    let left = state.ticks - state.tick;
    let need = state.work - state.done + state.restart;
    if left <= need {
        Machine::Ondemand
    } else if state.available {
        Machine::Spot
    } else {
        Machine::None
    }
}
