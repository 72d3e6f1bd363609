//! Draws one run of each scenario: the limit, the queue of the server, and good answers over time.

use crate::algorithms::Row;
use crate::random::Spread;
use crate::scenario::{Scenario, brown_out, overload};
use crate::simulation::{Look, play};
use crate::table::FIRST_SEED;
use plotters::coord::Shift;
use plotters::prelude::*;
use std::error::Error;
use std::path::Path;

const SIZE: (u32, u32) = (1_000, 700);
const INK: RGBColor = RGBColor(0x22, 0x22, 0x22);
const PALE: RGBColor = RGBColor(0xdd, 0xdd, 0xdd);
const LIMIT: RGBColor = RGBColor(0x00, 0x72, 0xb2);
const QUEUE: RGBColor = RGBColor(0xd5, 0x5e, 0x00);
const GOOD: RGBColor = RGBColor(0x00, 0x9e, 0x73);

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// One panel: what it shows, and how to get it from a look.
struct Panel {
    title: &'static str,
    colour: RGBColor,
    most: f64,
    points: Vec<(f64, f64)>,
}

pub(crate) fn draw(path: &Path, row: &Row) -> Result<(), Box<dyn Error>> {
    let area = SVGBackend::new(path, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let title = format!("{}: twice the load, and service times four times as long, each from 20 s to 80 s", row.name);
    let area = area.titled(&title, ("sans-serif", 20).into_font().color(&INK))?;
    let columns = area.split_evenly((1, 2));
    for (column, scenario) in columns.iter().zip([overload(Spread::Exponential), brown_out(Spread::Exponential)]) {
        let (_, looks) = play(&scenario, FIRST_SEED, &row.make);
        let rows = column.split_evenly((3, 1));
        for (area, panel) in rows.iter().zip(panels(&scenario, &looks)) {
            draw_panel(area, &scenario, &panel)?;
        }
    }
    area.present()?;
    Ok(())
}

fn panels(scenario: &Scenario, looks: &[Look]) -> [Panel; 3] {
    let points = |of: fn(&Look) -> f64| looks.iter().map(|look| (look.at, of(look))).collect::<Vec<_>>();
    let limit = points(|look| look.limit.into());
    let queue = points(|look| look.queue * 1_000.0);
    // Good answers in steps of half a second.
    let mut good: Vec<(f64, f64)> = Vec::new();
    for look in looks {
        match good.last_mut().filter(|last| look.at - last.0 < 0.5) {
            Some(last) => last.1 += f64::from(look.good) * 2.0,
            None => good.push((look.at, f64::from(look.good) * 2.0)),
        }
    }
    let most = |points: &[(f64, f64)], least: f64| points.iter().map(|point| point.1 * 1.1).fold(least, f64::max);
    [
        Panel { title: "limit", colour: LIMIT, most: most(&limit, 30.0), points: limit },
        Panel { title: "queue of the server, ms", colour: QUEUE, most: most(&queue, 50.0), points: queue },
        Panel { title: "good answers a second", colour: GOOD, most: most(&good, scenario.capacity), points: good },
    ]
}

fn draw_panel(area: &Area<'_>, scenario: &Scenario, panel: &Panel) -> Result<(), Box<dyn Error>> {
    let text = |size: u32| ("sans-serif", size).into_font().color(&INK);
    let mut chart = ChartBuilder::on(area)
        .caption(format!("{}: {}", scenario.name, panel.title), text(15))
        .margin(8)
        .x_label_area_size(22)
        .y_label_area_size(44)
        .build_cartesian_2d(0.0..scenario.end, 0.0..panel.most)?;
    chart
        .configure_mesh()
        .label_style(text(12))
        .x_label_formatter(&|seconds| format!("{seconds:.0} s"))
        .y_label_formatter(&|value| format!("{value:.0}"))
        .bold_line_style(PALE)
        .light_line_style(PALE.mix(0.3))
        .draw()?;
    // One point for each part of the picture that can be told apart.
    let every = (panel.points.len() / 600).max(1);
    let points = panel.points.iter().step_by(every).copied();
    chart.draw_series(LineSeries::new(points, panel.colour.stroke_width(1)))?;
    Ok(())
}
