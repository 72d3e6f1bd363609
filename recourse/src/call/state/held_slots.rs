//! The slots that the attempts of a call hold.

use crate::executor::AttemptSlot;

/// Slots, each with the number of its attempt; 0 for the attempt that is launched next.
///
/// The first has its place here: most calls hold one at a time, and a list would be one more allocation in each of them.
#[derive(Debug, Default)]
pub(super) struct HeldSlots {
    first: Option<(u8, AttemptSlot)>,
    others: Vec<(u8, AttemptSlot)>,
}

impl HeldSlots {
    /// Keeps the slot of an attempt.
    pub(super) fn keep(&mut self, number: u8, slot: AttemptSlot) {
        if self.first.is_none() {
            self.first = Some((number, slot));
        } else {
            self.others.push((number, slot));
        }
    }

    /// True if the attempt of this number holds a slot.
    pub(super) fn has(&self, number: u8) -> bool {
        self.first.iter().chain(&self.others).any(|(attempt, _)| *attempt == number)
    }

    /// The slot of the attempt of this number.
    pub(super) fn of(&mut self, number: u8) -> Option<&mut AttemptSlot> {
        self.entry(number).map(|(_, slot)| slot)
    }

    /// Gives the slot of an attempt another number. Returns the slot.
    pub(super) fn renumber(&mut self, number: u8, other: u8) -> Option<&mut AttemptSlot> {
        let (attempt, slot) = self.entry(number)?;
        *attempt = other;
        Some(slot)
    }

    /// Gives back what attempts of this number hold.
    pub(super) fn give_back(&mut self, number: u8) {
        drop(self.first.take_if(|(attempt, _)| *attempt == number));
        self.others.retain(|(attempt, _)| *attempt != number);
    }

    fn entry(&mut self, number: u8) -> Option<&mut (u8, AttemptSlot)> {
        self.first.iter_mut().chain(&mut self.others).find(|(attempt, _)| *attempt == number)
    }
}
