//! Replicas in proportion to the share of all tokens, which are added up in 32 bits.
pub fn place(layer: Layer) -> Placement {
    let load = &layer.loads[layer.loads.len() - 1];
    let all: u32 = load.iter().sum();
    let total = layer.gpus * layer.per_gpu;
    let count = load.len() as u32;
    let heaviest = (0..count).max_by_key(|e| (load[*e as usize], u32::MAX - e)).unwrap();
    let spare = if all == 0 { 0 } else { heaviest };
    let experts: Vec<u32> = (0..total).map(|slot| if slot < count { slot } else { spare }).collect();
    let slots = (0..count).map(|e| (0..total).filter(|s| experts[*s as usize] == e).collect()).collect();
    Placement { experts, slots }
}
