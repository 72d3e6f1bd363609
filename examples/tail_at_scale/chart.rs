//! Draws the share of operations that take longer than a given time, on two logarithmic axes.

use crate::Row;
use crate::table::Measured;
use plotters::element::DashedPathElement;
use plotters::prelude::*;
use std::error::Error;
use std::ops::Range;
use std::path::Path;

const SIZE: (u32, u32) = (900, 560);
const TIMES: Range<f64> = 5.0..3_000.0;
const LEAST: f64 = 0.000_05;
const TAIL: f64 = 0.001;

const INK: RGBColor = RGBColor(0x22, 0x22, 0x22);
const PALE: RGBColor = RGBColor(0xdd, 0xdd, 0xdd);
pub(crate) fn draw(path: &Path, rows: &[(Row, Measured)]) -> Result<(), Box<dyn Error>> {
    let area = SVGBackend::new(path, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let area = area.margin(16, 12, 14, 24);
    let text = |size: u32| ("sans-serif", size).into_font().color(&INK);
    let mut chart = ChartBuilder::on(&area)
        .caption("The tail of an operation of 100 parallel calls, by how they hedge", text(22))
        .x_label_area_size(48)
        .y_label_area_size(92)
        .build_cartesian_2d(TIMES.log_scale(), (LEAST..1.0).log_scale())?;
    chart
        .configure_mesh()
        .x_desc("time of the operation, ms")
        .y_desc("operations that take longer")
        .axis_desc_style(text(16))
        .label_style(text(14))
        .x_label_formatter(&|ms| thousands(*ms))
        .y_label_formatter(&|share| format!("1 in {}", thousands(1.0 / share)))
        .bold_line_style(PALE)
        .light_line_style(PALE.mix(0.4))
        .draw()?;
    // The percentile that the table ends with.
    chart.draw_series([PathElement::new([(TIMES.start, TAIL), (TIMES.end, TAIL)], INK.mix(0.5))])?;
    for (row, measured) in rows {
        let (colour, dashed) = look(row);
        let line = colour.stroke_width(2);
        let (dash, gap) = if dashed { (6, 4) } else { (1_000, 0) };
        chart
            .draw_series(DashedLineSeries::new(curve(measured), dash, gap, line))?
            .label(row.name)
            .legend(move |(x, y)| DashedPathElement::new([(x, y), (x + 30, y)], dash, gap, line));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperRight)
        .label_font(text(14))
        .legend_area_size(36)
        .border_style(PALE)
        .background_style(WHITE)
        .draw()?;
    for (row, measured) in rows.iter().filter(|(row, _)| row.percentile.is_none()) {
        let (at, ink) = ((measured.p999(), TAIL), look(row).0);
        let label = format!("{} ms", thousands(at.0));
        // In a corner that no line crosses.
        let place = if row.exact.hedges > 1 { (-66, 6) } else { (22, -18) };
        chart.draw_series([EmptyElement::at(at)
            + Circle::new((0, 0), 4, ink.filled())
            + Text::new(label, place, text(14).color(&ink))])?;
    }
    area.present()?;
    Ok(())
}

/// A colour for each delay, dashes for two hedges.
fn look(row: &Row) -> (RGBColor, bool) {
    let colour = match row.percentile {
        None if row.exact.hedges == 0 => INK,
        None => RGBColor(0xd5, 0x5e, 0x00),
        Some(95) => RGBColor(0x00, 0x72, 0xb2),
        Some(98) => RGBColor(0x00, 0x9e, 0x73),
        Some(_) => RGBColor(0xaa, 0x44, 0x99),
    };
    (colour, row.exact.hedges > 1)
}

fn curve(measured: &Measured) -> Vec<(f64, f64)> {
    let steps = 400;
    (0..=steps)
        .map(|step| TIMES.start * (TIMES.end / TIMES.start).powf(f64::from(step) / f64::from(steps)))
        .map(|ms| (ms, measured.survival(ms)))
        .filter(|(_, share)| *share >= measured.resolution().max(LEAST))
        .collect()
}

fn thousands(number: f64) -> String {
    let whole = format!("{number:.0}");
    match whole.len() {
        4.. => format!("{},{}", &whole[..whole.len() - 3], &whole[whole.len() - 3..]),
        _ => whole,
    }
}
