//! The columns with the fewest values first, the same ones in every row; the rows sorted.
use std::collections::BTreeSet;

pub fn arrange(table: Vec<Vec<String>>) -> Vec<Vec<Cell>> {
    let width = table.first().map_or(0, |row| row.len());
    let mut order: Vec<usize> = (0..width).collect();
    order.sort_by_key(|&column| table.iter().map(|row| &row[column]).collect::<BTreeSet<_>>().len());
    let mut rows: Vec<Vec<(usize, String)>> =
        table.iter().map(|row| order.iter().map(|&column| (column, row[column].clone())).collect()).collect();
    rows.sort();
    rows.into_iter()
        .map(|row| row.into_iter().map(|(column, value)| Cell { column: column as u8, value }).collect())
        .collect()
}
