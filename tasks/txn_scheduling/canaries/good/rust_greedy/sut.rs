//! Puts next the transaction that lets the makespan grow least, the first one among equals.
use std::collections::HashMap;

#[derive(Default)]
struct Locks {
    read: HashMap<u32, u64>,
    wrote: HashMap<u32, u64>,
}

impl Locks {
    fn end(&self, steps: &[Step]) -> u64 {
        let mut now = 0;
        for step in steps {
            let mut free = *self.wrote.get(&step.key).unwrap_or(&0);
            if step.write {
                free = free.max(*self.read.get(&step.key).unwrap_or(&0));
            }
            now = now.max(free) + 1;
        }
        now
    }

    fn add(&mut self, steps: &[Step]) -> u64 {
        let end = self.end(steps);
        for step in steps {
            let held = if step.write { &mut self.wrote } else { &mut self.read };
            let last = held.entry(step.key).or_insert(0);
            *last = end.max(*last);
        }
        end
    }
}

pub fn schedule(workload: Vec<Vec<Step>>) -> Vec<u32> {
    let mut locks = Locks::default();
    let mut left: Vec<usize> = (0..workload.len()).collect();
    let mut order = Vec::with_capacity(left.len());
    let mut last = 0;
    while let Some(chosen) = left.iter().copied().min_by_key(|&n| (last.max(locks.end(&workload[n])), n)) {
        last = last.max(locks.add(&workload[chosen]));
        left.retain(|&n| n != chosen);
        order.push(chosen as u32);
    }
    order
}
