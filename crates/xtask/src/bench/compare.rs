//! Two runs beside each other.

use super::report::{Figures, Report, Row};

/// Prints the second's ratios to the first: above 1 is more a second, and takes longer. What is measured beside a request
/// says how far the machine itself differed.
pub fn print(before: &Report, after: &Report) {
    println!("| request | load | requests/s | p50 | p99 | its floor: requests/s |");
    println!("| --- | --- | --- | --- | --- | --- |");
    for row in &after.rows {
        let Some(old) = before.rows.iter().find(|old| is_same(old, row)) else {
            println!("| {} | {} | new | | | |", row.name, row.load);
            continue;
        };
        let of = |figure: fn(&Figures) -> f64| ratio(figure(&row.own), figure(&old.own));
        let beside = row.beside.zip(old.beside);
        let beside = beside
            .map(|(new, old)| ratio(new.requests_per_second, old.requests_per_second))
            .unwrap_or_default();
        println!(
            "| {} | {} | {} | {} | {} | {beside} |",
            row.name,
            row.load,
            of(|figures| figures.requests_per_second),
            of(|figures| figures.p50_ms),
            of(|figures| figures.p99_ms),
        );
    }
    for row in before.rows.iter().filter(|old| !after.rows.iter().any(|row| is_same(old, row))) {
        println!("| {} | {} | gone | | | |", row.name, row.load);
    }
    let bytes = |report: &Report| report.components.iter().map(|row| row.wasm_bytes).sum::<u64>();
    println!("\nAll wasm files: {}", ratio(bytes(after) as f64, bytes(before) as f64));
}

fn is_same(one: &Row, other: &Row) -> bool {
    (&one.name, &one.load) == (&other.name, &other.load)
}

fn ratio(after: f64, before: f64) -> String {
    if before > 0.0 { format!("{:.2}", after / before) } else { "-".to_owned() }
}
