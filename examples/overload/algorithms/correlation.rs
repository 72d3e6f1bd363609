//! `CorrelationWindow` of failsafe-go: how two values go together over a number of windows.

#[derive(Debug)]
pub(crate) struct Correlation {
    capacity: usize,
    warm_up: usize,
    values: Vec<(f64, f64)>,
}

impl Correlation {
    pub(crate) fn new(capacity: usize, warm_up: usize) -> Self {
        Self { capacity, warm_up, values: Vec::new() }
    }

    /// Adds a pair. Returns the correlation, and the coefficient of variation of the second value.
    pub(crate) fn add(&mut self, x: f64, y: f64) -> (f64, f64) {
        self.values.push((x, y));
        if self.values.len() > self.capacity {
            self.values.remove(0);
        }
        if self.values.len() < self.warm_up.max(2) {
            return (0.0, 0.0);
        }
        let mean = |of: fn(&(f64, f64)) -> f64| {
            #[expect(clippy::cast_precision_loss, reason = "at most 50")]
            let count = self.values.len() as f64;
            self.values.iter().map(of).sum::<f64>() / count
        };
        let (mean_x, mean_y) = (mean(|pair| pair.0), mean(|pair| pair.1));
        let (mut of_x, mut of_y, mut of_both, mut count) = (0.0, 0.0, 0.0, 0.0);
        for (x, y) in &self.values {
            let (x, y) = (x - mean_x, y - mean_y);
            (of_x, of_y, of_both, count) = (of_x + x * x, of_y + y * y, of_both + x * y, count + 1.0);
        }
        let (spread_x, spread_y) = ((of_x / count).sqrt() / mean_x, (of_y / count).sqrt() / mean_y);
        // Values that hardly vary say nothing.
        if spread_x < 0.01 || spread_y < 0.01 {
            return (0.0, spread_y);
        }
        (of_both / (of_x * of_y).sqrt(), spread_y)
    }
}
