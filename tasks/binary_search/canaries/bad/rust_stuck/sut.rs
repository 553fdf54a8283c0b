//! Does not move past the middle; the index type is the machine's.
pub fn search(items: Vec<i64>, target: i64) -> Option<usize> {
    let (mut lo, mut hi) = (0, items.len());
    while lo < hi {
        let middle = lo + (hi - lo) / 2;
        match items[middle].cmp(&target) {
            std::cmp::Ordering::Equal => return Some(middle),
            std::cmp::Ordering::Less => lo = middle,
            std::cmp::Ordering::Greater => hi = middle,
        }
    }
    None
}
