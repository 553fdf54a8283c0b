//! Count how many intervals hold each end.
pub fn fuse(intervals: Vec<Interval>, f: u32) -> Interval {
    let need = intervals.len() - f as usize;
    let held = |p: i64| intervals.iter().filter(|i| i.lo <= p && p <= i.hi).count() >= need;
    let ends = || intervals.iter().flat_map(|i| [i.lo, i.hi]).filter(|p| held(*p));
    Interval { lo: ends().min().unwrap(), hi: ends().max().unwrap() }
}
