//! The constants of the law. They were found by simulation on 20 seeds; `examples/overload` checks them on others.

/// The limit before anything is known. At 100 the first second of a brown-out stands in line; 10 refuses calls of an ordinary start.
pub(super) const START: f64 = 20.0;
/// A floor of 4 is wrong for a server of one: four in line do not fit into a usual time-out.
pub(super) const FLOOR: u32 = 1;
/// The highest limit, unless the program asks for another.
pub(super) const CEILING: u32 = 1_000;

/// A window lasts so many seconds, and has at least so many samples. With 50 samples a server of ten a second is lost in one of 20 runs.
pub(super) const WINDOW: f64 = 0.25;
pub(super) const WINDOW_SAMPLES: u32 = 20;
/// Or so many seconds and so many samples, for large servers.
pub(super) const SHORT_WINDOW: f64 = 0.1;
pub(super) const SHORT_WINDOW_SAMPLES: u32 = 250;

/// Headroom, in roots of the number of calls in service: under pressure, and in calm.
pub(super) const ROOTS_PRESSED: f64 = 1.8;
pub(super) const ROOTS_CALM: f64 = 7.0;
/// For rounding.
pub(super) const ROUNDING: f64 = 0.5;
/// The refused share at which nothing is left of the headroom of calm.
pub(super) const FULL_PRESSURE: f64 = 0.2;

/// Above this refused share, calls are under pressure.
pub(super) const PRESSED: f64 = 0.02;
/// Above this one, and without samples of the service time, the limit dips.
pub(super) const PRESSED_TO_DIP: f64 = 0.05;
/// A class of which so many are refused sets the limit, before a lower one does.
pub(super) const CLASS_PRESSED: f64 = 0.1;

/// A share of late calls above which latencies prove nothing: they are cut off.
pub(super) const LATE: f64 = 0.1;
/// A share of late calls above which the limit is halved.
pub(super) const TOO_LATE: f64 = 0.3;

/// A call is low if it was admitted with at most this part of the knee in flight, itself counted. Below 1, so that a knee which is too high
/// shrinks.
pub(super) const LOW: f64 = 0.9;
/// So many low calls make a batch.
pub(super) const BATCH: u32 = 20;
/// Weights of what was known before, in samples: of the service time, of one that has jumped, and of the knee.
pub(super) const MEMORY: f64 = 40.0;
pub(super) const MEMORY_AFTER_JUMP: f64 = 5.0;
pub(super) const KNEE_MEMORY: f64 = 40.0;
/// A batch whose mean is off by more than this many logarithms, and so many standard errors, is a jump.
pub(super) const JUMP: f64 = 0.3;
pub(super) const JUMP_ERRORS: f64 = 1.5;

/// A dip lasts for so many calls, or this part of a window's, and at most so many seconds.
pub(super) const DIP_CALLS: u32 = 24;
pub(super) const DIP_PART: u32 = 5;
pub(super) const DIP_SECONDS: f64 = 1.0;
/// Seconds between dips: doubled from one to the next.
pub(super) const GAP: f64 = 0.5;
pub(super) const LONGEST_GAP: f64 = 4.0;
/// The change of throughput, in logarithms and in standard errors, after which the gap begins anew.
pub(super) const MOVED: f64 = 0.25;
pub(super) const MOVED_ERRORS: f64 = 3.0;

/// The part of the limit that a window leaves at least, so that a bad sample does not empty the pool.
pub(super) const LEAVES: f64 = 0.7;
/// The part of the excess that a window in calm takes off.
pub(super) const DECAY: f64 = 0.05;

/// Nothing in flight for so many seconds is idle: the window begins anew.
pub(super) const IDLE: f64 = 1.0;
