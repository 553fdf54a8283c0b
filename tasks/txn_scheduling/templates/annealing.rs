//! Simulated annealing over orders: what is moved is one transaction, a pair, or a short run of them. Where there are
//! few steps it is done up to three times.
use std::collections::HashMap;

struct Work {
    size: i64,
    steps: Vec<(usize, i64, bool)>,
}

struct Draws(u64);

impl Draws {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}

struct Clock {
    read: Vec<i64>,
    write: Vec<i64>,
}

impl Clock {
    /// When the last one ends, and the sum of all ends.
    fn run(&mut self, batch: &[Work], order: &[usize]) -> (i64, i64) {
        self.read.fill(0);
        self.write.fill(0);
        let (mut last, mut total) = (0, 0);
        for &number in order {
            let work = &batch[number];
            let mut start = 0;
            for &(key, place, write) in &work.steps {
                let free = if write { self.write[key] } else { self.read[key] };
                start = start.max(free - place);
            }
            for &(key, place, write) in &work.steps {
                let after = start + place + 1;
                self.write[key] = self.write[key].max(after);
                if write {
                    self.read[key] = self.read[key].max(after);
                }
            }
            last = last.max(start + work.size);
            total += start + work.size;
        }
        (last, total)
    }
}

fn read(workload: &[Vec<Option<Step>>]) -> (Vec<Work>, usize) {
    let mut names: HashMap<u32, usize> = HashMap::new();
    let mut batch = Vec::new();
    for steps in workload {
        let mut found = Vec::new();
        for (place, step) in steps.iter().enumerate() {
            if let Some(step) = step {
                let next = names.len();
                found.push((*names.entry(step.key).or_insert(next), place as i64, step.write));
            }
        }
        batch.push(Work { size: steps.len() as i64, steps: found });
    }
    (batch, names.len())
}

fn change(order: &mut Vec<usize>, draws: &mut Draws) {
    let size = order.len();
    match draws.below(3) {
        0 => order.swap(draws.below(size), draws.below(size)),
        1 => {
            let taken = order.remove(draws.below(size));
            order.insert(draws.below(size), taken);
        }
        _ => {
            let run = 1 + draws.below(4.min(size));
            let from = draws.below(size - run + 1);
            let taken: Vec<usize> = order.drain(from..from + run).collect();
            let to = draws.below(order.len() + 1);
            order.splice(to..to, taken);
        }
    }
}

fn annealed(batch: &[Work], clock: &mut Clock, draws: &mut Draws, moves: u64) -> (f64, Vec<usize>) {
    let size = batch.len();
    let mut order: Vec<usize> = (0..size).collect();
    let (hot, cold): (f64, f64) = (HOLE_HOT, 0.1);
    let value = |(last, total): (i64, i64)| last as f64 + HOLE_SOFT * total as f64 / size as f64;
    let mut now = value(clock.run(batch, &order));
    let (mut best, mut found) = (now, order.clone());
    let mut new = order.clone();
    for turn in 0..moves {
        let heat = hot * (cold / hot).powf(turn as f64 / moves as f64);
        new.clone_from(&order);
        change(&mut new, draws);
        let then = value(clock.run(batch, &new));
        if then <= now || draws.share() < ((now - then) / heat).exp() {
            std::mem::swap(&mut order, &mut new);
            now = then;
            if now < best {
                best = now;
                found.clone_from(&order);
            }
        }
    }
    (best, found)
}

pub fn schedule(workload: Vec<Vec<Option<Step>>>) -> Vec<u32> {
    let size = workload.len();
    let mut order: Vec<usize> = (0..size).collect();
    if size > 2 {
        let (batch, keys) = read(&workload);
        let mut clock = Clock { read: vec![0; keys], write: vec![0; keys] };
        let mut draws = Draws(0x9E37_79B9_7F4A_7C15 ^ size as u64);
        let steps: usize = batch.iter().map(|work| work.steps.len()).sum();
        let moves = if size > 40 { HOLE_MOVES } else { 200 };
        let mut best = f64::INFINITY;
        for _ in 0..(1200 / steps.max(1)).clamp(1, 3) {
            let (value, found) = annealed(&batch, &mut clock, &mut draws, moves);
            if value < best {
                best = value;
                order = found;
            }
        }
    }
    order.into_iter().map(|number| number as u32).collect()
}
