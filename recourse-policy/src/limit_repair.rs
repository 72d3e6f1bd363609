//! Repairs of a limit that the calls of a key share: see [`repair`](crate::repair).

use crate::bounds::{self, Value};
use crate::repair::{Repair, clamp_time};
use crate::{ConcurrencyPolicy, SlotPolicy};

impl ConcurrencyPolicy {
    pub(crate) const fn repair(self) -> Option<Repair<Self>> {
        match self.slots {
            SlotPolicy::Unlimited => {}
            SlotPolicy::Fixed(limit) => {
                if let Some(now) = bounds::AT_ONCE.clamp(limit) {
                    let to = Self { slots: SlotPolicy::Fixed(now), ..self };
                    return Repair::new(to, &bounds::AT_ONCE.about, Value::Count(limit), Value::Count(now));
                }
            }
            SlotPolicy::Adaptive { min, max } => {
                if let Some(now) = bounds::ADAPTIVE_MIN.clamp(min) {
                    let to = Self { slots: SlotPolicy::Adaptive { min: now, max }, ..self };
                    return Repair::new(to, &bounds::ADAPTIVE_MIN.about, Value::Count(min), Value::Count(now));
                }
                match bounds::ADAPTIVE_MAX.clamp(max) {
                    // If the clamped maximum were below the minimum, the order would have to be repaired next.
                    Some(now) if now >= min => {
                        let to = Self { slots: SlotPolicy::Adaptive { min, max: now }, ..self };
                        return Repair::new(to, &bounds::ADAPTIVE_MAX.about, Value::Count(max), Value::Count(now));
                    }
                    _ => {}
                }
                if max < min {
                    let to = Self { slots: SlotPolicy::Adaptive { min, max: min }, ..self };
                    return Repair::new(to, bounds::ADAPTIVE_ORDER, Value::Count(max), Value::Count(min));
                }
            }
        }
        if let Some((wait, now)) = clamp_time(bounds::SLOT_WAIT, self.wait) {
            let to = Self { wait: Some(now), ..self };
            return Repair::new(to, &bounds::SLOT_WAIT.about, Value::Time(wait), Value::Time(now));
        }
        if let Some(queue) = self.queue {
            if let Some(now) = bounds::QUEUE.clamp(queue) {
                let to = Self { queue: Some(now), ..self };
                return Repair::new(to, &bounds::QUEUE.about, Value::Count(queue), Value::Count(now));
            }
        }
        None
    }
}
