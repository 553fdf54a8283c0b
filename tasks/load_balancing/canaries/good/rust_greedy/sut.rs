//! Spare slots to the heaviest per slot, then the heaviest first on the lightest GPU; compares fractions exactly.
use std::cmp::Ordering;

pub fn place(layer: Layer) -> Placement {
    let load: Vec<u128> = layer.loads[layer.loads.len() - 1].iter().map(|x| u128::from(*x)).collect();
    let (gpus, per_gpu) = (layer.gpus as usize, layer.per_gpu as usize);
    let mut replicas = vec![1_u128; load.len()];
    let heavier = |a: usize, b: usize, replicas: &Vec<u128>| -> Ordering {
        (load[a] * replicas[b]).cmp(&(load[b] * replicas[a])).then(b.cmp(&a))
    };
    for _ in load.len()..gpus * per_gpu {
        let heaviest = (0..load.len()).max_by(|a, b| heavier(*a, *b, &replicas)).unwrap();
        replicas[heaviest] += 1;
    }
    let mut order: Vec<usize> = (0..load.len()).collect();
    order.sort_by(|a, b| heavier(*b, *a, &replicas));
    let mut held: Vec<Vec<usize>> = vec![Vec::new(); gpus];
    let mut totals = vec![0.0_f64; gpus];
    for expert in order {
        for _ in 0..replicas[expert] {
            let room = (0..gpus).filter(|g| held[*g].len() < per_gpu);
            let lightest = room.min_by(|a, b| totals[*a].partial_cmp(&totals[*b]).unwrap()).unwrap();
            held[lightest].push(expert);
            totals[lightest] += load[expert] as f64 / replicas[expert] as f64;
        }
    }
    let experts: Vec<u32> = held.concat().iter().map(|e| *e as u32).collect();
    let mut slots = vec![Vec::new(); load.len()];
    for (slot, expert) in experts.iter().enumerate() {
        slots[*expert as usize].push(slot as u32);
    }
    Placement { experts, slots }
}
