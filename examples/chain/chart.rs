//! Draws how many users are answered in each second, one panel for each row: the mean of all seeds, and each of them.

use crate::row::Row;
use crate::tally::{Tally, count};
use crate::{BROWN_OUT, LOAD, RUN};
use plotters::prelude::*;
use std::error::Error;
use std::path::Path;

const INK: RGBColor = RGBColor(0x22, 0x22, 0x22);
const PALE: RGBColor = RGBColor(0xdd, 0xdd, 0xdd);
const LINE: RGBColor = RGBColor(0x00, 0x72, 0xb2);
const CAUSE: RGBColor = RGBColor(0xd5, 0x5e, 0x00);

pub(crate) fn draw(path: &Path, rows: &[(Row, Vec<Tally>)]) -> Result<(), Box<dyn Error>> {
    let area = SVGBackend::new(path, (900, 1_020)).into_drawing_area();
    area.fill(&WHITE)?;
    let text = |size: u32| ("sans-serif", size).into_font().color(&INK);
    let area =
        area.titled("Users answered in time per second; C has a quarter of its capacity from 10 s to 20 s", text(20))?;
    for ((row, tallies), panel) in rows.iter().zip(area.split_evenly((4, 2))) {
        let mut chart = ChartBuilder::on(&panel)
            .caption(row.name, text(16))
            .margin(8)
            .x_label_area_size(30)
            .y_label_area_size(44)
            .build_cartesian_2d(0.0..RUN, 0.0..LOAD * 1.5)?;
        chart
            .configure_mesh()
            .disable_x_mesh()
            .x_labels(7)
            .y_labels(5)
            .x_label_formatter(&|second| format!("{second:.0} s"))
            .y_label_formatter(&|users| format!("{users:.0}"))
            .label_style(text(12))
            .bold_line_style(PALE)
            .light_line_style(WHITE)
            .draw()?;
        let cause = Rectangle::new([(BROWN_OUT.start, 0.0), (BROWN_OUT.end, LOAD * 1.5)], CAUSE.mix(0.12).filled());
        chart.draw_series([cause])?;
        let runs: Vec<Vec<(f64, f64)>> = tallies.iter().map(Tally::goodput).collect();
        for run in &runs {
            chart.draw_series(LineSeries::new(whole(run), LINE.mix(0.15)))?;
        }
        let mean = (0..).map_while(|second| {
            let at: Vec<f64> = runs.iter().map_while(|run| run.get(second).map(|(_, users)| *users)).collect();
            (at.len() == runs.len()).then(|| (count(second) + 0.5, at.iter().sum::<f64>() / count(at.len())))
        });
        chart.draw_series(LineSeries::new(whole(&mean.collect::<Vec<_>>()), LINE.stroke_width(2)))?;
    }
    area.present()?;
    Ok(())
}

/// Without the second that has only begun.
fn whole(run: &[(f64, f64)]) -> impl Iterator<Item = (f64, f64)> + '_ {
    run.iter().copied().filter(|(second, _)| *second < RUN)
}
