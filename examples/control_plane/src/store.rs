//! What is served, and the one way to change it: check, compare, write, publish.

use crate::check::{Checked, Faults, Rules, check};
use crate::source::{Source, SourceFile, WriteError, is_new_name};
use crate::version::with_version;
use recourse_policy::document::Format;
use std::sync::Arc;
use tokio::sync::{Mutex, watch};

/// The documents of a source, and what is in force.
#[derive(Debug)]
pub(crate) struct Store {
    source: Source,
    rules: Rules,
    state: watch::Sender<Arc<State>>,
    /// Held while documents are read or written, so that no older state is published over a newer one.
    busy: Mutex<()>,
}

/// The documents at one moment.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    /// As they were read last.
    pub(crate) files: Vec<SourceFile>,
    /// The last ones that were good, which are served; `None` if they never were.
    pub(crate) good: Option<Arc<Checked>>,
    /// Why the documents, as they are, are not served.
    pub(crate) trouble: Option<Trouble>,
}

/// Why documents are not served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    Faults(Faults),
    Unread(String),
}

/// An edit of one document that would be good, or one step on the way there.
#[derive(Debug)]
pub(crate) struct Proposal {
    pub(crate) before: Option<Arc<Checked>>,
    pub(crate) after: After,
    pub(crate) version: u64,
    /// The text as it will be written, with its version.
    pub(crate) text: String,
    /// The text as it is.
    pub(crate) old: String,
}

/// What an edit leads to.
#[derive(Debug)]
pub(crate) enum After {
    /// All documents are good.
    Good(Box<Checked>),
    /// This document is, and others have fewer faults left than before: of several broken documents, one has to be the first.
    Repaired(Faults),
}

/// Why an edit is refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("the document has faults, or does not go together with the others")]
    Faults(Faults),
    /// The text and the tag that the document has now, if it is still there.
    #[error("somebody else has changed the document; take it from there")]
    Conflict(Option<(String, String)>),
    #[error("“{0}” is no name of a document; write such as users.toml or users/get.json")]
    Name(String),
    #[error("the text is as it was")]
    Same,
    /// The source does not take it.
    #[error("{0}")]
    Failed(String),
}

/// An edit: a document by name, its new text, and the tag of the text that was edited; `None` for a document that is to be new.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edit<'e> {
    pub(crate) name: &'e str,
    pub(crate) text: &'e str,
    pub(crate) tag: Option<&'e str>,
}

impl State {
    pub(crate) fn file(&self, name: &str) -> Option<&SourceFile> {
        self.files.iter().find(|file| file.name == name)
    }
}

impl Store {
    pub(crate) fn new(source: Source, rules: Rules) -> Self {
        Self { source, rules, state: watch::Sender::default(), busy: Mutex::default() }
    }

    /// Returns the state as it is known.
    pub(crate) fn state(&self) -> Arc<State> {
        self.state.borrow().clone()
    }

    /// Returns a receiver that is told of every change.
    pub(crate) fn changes(&self) -> watch::Receiver<Arc<State>> {
        self.state.subscribe()
    }

    /// Reads the documents, and publishes what has changed.
    pub(crate) async fn refresh(&self) {
        let _busy = self.busy.lock().await;
        self.read().await;
    }

    /// Reads the documents whenever they may have changed, for as long as the future is polled.
    pub(crate) async fn follow(&self) {
        let mut watch = None;
        loop {
            self.source.news(&mut watch).await;
            self.refresh().await;
        }
    }

    async fn read(&self) {
        let read = self.source.read(self.rules.bounds.max_keys).await;
        self.state.send_if_modified(|state| {
            let next = match read {
                Ok(files) if files == state.files && !matches!(state.trouble, Some(Trouble::Unread(_))) => {
                    // An empty source is good, too, once it was looked at.
                    if state.good.is_some() || state.trouble.is_some() {
                        return false;
                    }
                    self.next(files, state)
                }
                Ok(files) => self.next(files, state),
                Err(why) if state.trouble == Some(Trouble::Unread(why.clone())) => return false,
                Err(why) => State { trouble: Some(Trouble::Unread(why)), ..State::clone(state) },
            };
            *state = Arc::new(next);
            true
        });
    }

    fn next(&self, files: Vec<SourceFile>, last: &State) -> State {
        match check(&files, &self.rules) {
            Ok(checked) => State { files, good: Some(Arc::new(checked)), trouble: None },
            Err(faults) => State { files, good: last.good.clone(), trouble: Some(Trouble::Faults(faults)) },
        }
    }

    /// Returns what an edit would do, and changes nothing.
    pub(crate) fn propose(&self, edit: &Edit<'_>) -> Result<Proposal, Refusal> {
        let state = self.state();
        let old = state.file(edit.name);
        if old.map(SourceFile::tag).as_deref() != edit.tag {
            return Err(Refusal::Conflict(old.map(|file| (file.text().into_owned(), file.tag()))));
        }
        let Some(format) = old.map(|file| file.format).or_else(|| Format::of_file(edit.name)) else {
            return Err(Refusal::Name(edit.name.to_owned()));
        };
        if old.is_none() && !is_new_name(edit.name) {
            return Err(Refusal::Name(edit.name.to_owned()));
        }
        let old = old.map(|file| file.text().into_owned()).unwrap_or_default();
        let asked = as_written_before(edit.text, &old);
        if asked == old {
            return Err(Refusal::Same);
        }
        // Before the version is written, so that faults have the lines that the editor sees.
        let (_, named) = self.after(&state, edit.name, format, &asked)?;
        let before = state.good.as_ref().map_or(0, |good| good.version);
        let version = named.max(before).saturating_add(1);
        let text = with_version(&asked, format, version).unwrap_or(asked);
        let (after, version) = self.after(&state, edit.name, format, &text)?;
        Ok(Proposal { before: state.good.clone(), after, version, text, old })
    }

    /// Checks what an edit leads to. Returns that, and the highest version that is named then.
    fn after(&self, state: &State, name: &str, format: Format, text: &str) -> Result<(After, u64), Refusal> {
        let faults = match self.with(state, name, format, text) {
            Ok(checked) => {
                let version = checked.version;
                return Ok((After::Good(Box::new(checked)), version));
            }
            Err(faults) => faults,
        };
        let Some(Trouble::Faults(before)) = &state.trouble else { return Err(Refusal::Faults(faults)) };
        let is_elsewhere = faults.faults.iter().all(|fault| *fault.file != *name);
        // By itself, too: faults that are not listed may be this document's.
        match self.alone(name, format, text) {
            Ok(alone) if is_elsewhere && faults.count() < before.count() => {
                Ok((After::Repaired(faults), alone.version))
            }
            _ => Err(Refusal::Faults(faults)),
        }
    }

    fn alone(&self, name: &str, format: Format, text: &str) -> Result<Checked, Faults> {
        self.with(&State::default(), name, format, text)
    }

    /// Checks the documents with one of them replaced.
    fn with(&self, state: &State, name: &str, format: Format, text: &str) -> Result<Checked, Faults> {
        let new = SourceFile { name: name.to_owned(), format, bytes: text.into(), changed: String::new() };
        let others = state.files.iter().filter(|file| file.name != name).cloned();
        let mut files: Vec<_> = others.chain([new]).collect();
        files.sort_by(|a, b| a.name.cmp(&b.name));
        check(&files, &self.rules)
    }

    /// Makes an edit, and returns the version that was written.
    pub(crate) async fn save(&self, edit: &Edit<'_>) -> Result<Proposal, Refusal> {
        let _busy = self.busy.lock().await;
        // Others write to the same source: what is checked has to be what is there now.
        self.read().await;
        let proposal = self.propose(edit)?;
        let written = self.source.write(edit.name, &proposal.text, edit.tag).await;
        self.read().await;
        match written {
            Ok(()) => Ok(proposal),
            Err(WriteError::Failed(why)) => Err(Refusal::Failed(why)),
            Err(WriteError::Conflict(theirs)) => Err(Refusal::Conflict(
                theirs.map(|bytes| (String::from_utf8_lossy(&bytes).into_owned(), crate::source::tag_of(&bytes))),
            )),
        }
    }
}

/// Returns a text with the line ends of the text that it replaces: a form sends CR and LF, whatever it was given.
fn as_written_before(text: &str, old: &str) -> String {
    let text = text.replace("\r\n", "\n");
    if old.contains("\r\n") { text.replace('\n', "\r\n") } else { text }
}
