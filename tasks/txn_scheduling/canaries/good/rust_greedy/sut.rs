//! Puts next the transaction that lets the makespan grow least, the first one among equals.
use std::collections::HashMap;

#[derive(Default)]
struct Keys {
    read: HashMap<u32, i64>,
    write: HashMap<u32, i64>,
}

impl Keys {
    fn end(&self, steps: &[Option<Step>]) -> i64 {
        let mut start = 0;
        for (place, step) in steps.iter().enumerate() {
            if let Some(step) = step {
                let free = if step.write { &self.write } else { &self.read };
                start = start.max(*free.get(&step.key).unwrap_or(&0) - place as i64);
            }
        }
        start + steps.len() as i64
    }

    fn add(&mut self, steps: &[Option<Step>]) -> i64 {
        let end = self.end(steps);
        let start = end - steps.len() as i64;
        for (place, step) in steps.iter().enumerate() {
            if let Some(step) = step {
                let after = start + place as i64 + 1;
                let free = self.write.entry(step.key).or_insert(0);
                *free = after.max(*free);
                if step.write {
                    let free = self.read.entry(step.key).or_insert(0);
                    *free = after.max(*free);
                }
            }
        }
        end
    }
}

pub fn schedule(workload: Vec<Vec<Option<Step>>>) -> Vec<u32> {
    let mut keys = Keys::default();
    let mut left: Vec<usize> = (0..workload.len()).collect();
    let mut order = Vec::with_capacity(left.len());
    let mut last = 0;
    while let Some(chosen) = left.iter().copied().min_by_key(|&n| (last.max(keys.end(&workload[n])), n)) {
        last = last.max(keys.add(&workload[chosen]));
        left.retain(|&n| n != chosen);
        order.push(chosen as u32);
    }
    order
}
