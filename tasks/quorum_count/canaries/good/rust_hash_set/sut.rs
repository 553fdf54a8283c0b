//! Distinct voters in a set of an unpredictable order.
use std::collections::HashSet;

pub fn is_quorum(voters: Vec<u32>, n: u32) -> bool {
    let distinct = voters.into_iter().collect::<HashSet<_>>().len() as u64;
    distinct > 2 * u64::from(n) / 3
}
