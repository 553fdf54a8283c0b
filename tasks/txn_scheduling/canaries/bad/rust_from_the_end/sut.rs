//! The last one first: counts down from a number that an empty batch does not have.
pub fn schedule(workload: Vec<Vec<Option<Step>>>) -> Vec<u32> {
    let last = workload.len() as u32 - 1;
    (0..=last).map(|n| last - n).collect()
}
