//! Runs small clients of a concurrent object under Loom, or some schedules of larger ones under Shuttle, and says on
//! standard output, one line each: every history that it saw for the first time (`H`), a failure with the accesses that
//! led to it (`F`), and for each client how many executions there were once none is left (`E`). Nothing is judged here
//! but what no history shows: memory, leaks, races, deadlock. Arguments: see `interleave.rs` and `sample.rs`; clients
//! are JSON (see `client`).

pub mod sync;
mod tracked;
pub mod watch;
mod wire;

#[cfg(any(probatum_loom, probatum_shuttle))]
mod play;
#[cfg(probatum_loom)]
#[path = "interleave.rs"]
mod runner;
#[cfg(probatum_shuttle)]
#[path = "sample.rs"]
mod runner;
#[cfg(probatum_progress)]
#[path = "freeze.rs"]
mod runner;
#[cfg(any(probatum_tsan, miri))]
#[path = "race.rs"]
mod runner;

pub use runner::run;
pub use tracked::{forget_values, Tracked};
pub use wire::*;

/// A candidate's object behind the generated glue.
pub trait Object: Send + Sync {
    fn call(&self, method: i128, args: &[Tree]) -> Outcome;
}
/// Makes the object of the constructor's arguments.
pub type Make = fn(&[Tree]) -> Box<dyn Object>;

/// One call: the method's place in the interface, and its arguments.
#[derive(Clone)]
pub struct Call {
    pub method: i128,
    pub args: Vec<Tree>,
}

/// What is made, what one thread calls first, what each thread calls, what one calls when they have ended.
#[derive(Clone)]
pub struct Client {
    pub made: Vec<Tree>,
    pub before: Vec<Call>,
    pub threads: Vec<Vec<Call>>,
    pub after: Vec<Call>,
    /// What schedules are drawn from, where not all are run.
    pub seed: u64,
}

/// `[constructor's arguments, before, threads, after]`, and the seed where there is one; a call is `[method, argument, ...]`.
pub fn client(text: &str) -> Client {
    let mut found = parts(wire::parse(text)).into_iter();
    let mut next = || found.next().expect("four parts, and perhaps a seed");
    Client {
        made: parts(next()),
        before: calls(next()),
        threads: parts(next()).into_iter().map(calls).collect(),
        after: calls(next()),
        seed: found.next().map_or(0, |seed| number(&seed) as u64),
    }
}

fn calls(tree: Tree) -> Vec<Call> {
    let call = |tree| {
        let mut args = parts(tree);
        Call { method: number(&args.remove(0)), args }
    };
    parts(tree).into_iter().map(call).collect()
}

fn parts(tree: Tree) -> Vec<Tree> {
    match tree {
        Tree::List(list) => list,
        _ => panic!("a list is wanted here"),
    }
}

/// The arguments of a call, with earlier answers where it takes those; None where one of them was nothing: there is then
/// nothing to give back, and the call is not made.
pub fn given(call: &Call, answers: &[Tree]) -> Option<Vec<Tree>> {
    let one = |arg: &Tree| match arg {
        Tree::Tag(tag, which) if tag == "ref" => match items(&answers[number(&items(which)[0]) as usize]) {
            [Tree::Int(0), Tree::Null] => None,
            [Tree::Int(0), value] => Some(value.clone()),
            _ => None,
        },
        _ => Some(arg.clone()),
    };
    call.args.iter().map(one).collect()
}
