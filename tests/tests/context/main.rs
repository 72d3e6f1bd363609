//! What code knows of the calls around it: deadlines, attempts, and what a task takes along.

mod at_least;
mod attempt;
mod carried;
mod deadlines;
mod entrances;
mod evidence;
mod keeps;
mod nested;
mod options;
mod over;
mod priority;
mod races;
mod resolved_once;
