//! patnav: patent navigation and landscape search for Chinese and English patents, offline, in one binary.
//!
//! This page is the architecture: what there is, what always holds, and two walks through the code.
//! `README.md` says how to use it.
//!
//! # Bird's-eye view
//!
//! ```text
//! files ──ingest──▶ Publication + Diagnostic ──index──▶ snapshot on disk (full text · vectors · columns · documents)
//! query text ──query──▶ Expr ──search──▶ a page of ranked families, with the sentences that support them
//! both ──▶ service (HTTP and the page in web/) · cli
//! ```
//!
//! One idea carries the rest: a **snapshot**. Indexing produces an immutable, numbered snapshot; a reader holds one
//! and a commit never changes it. So every answer can name what it was computed from, and can be had again.
//!
//! # Code map
//!
//! In reading order, which is also bottom-up: a module imports only modules above it in this table.
//! `tests/it/layering.rs` checks that, and that foreign libraries stay in their room.
//!
//! | module | question it answers | keeps to itself |
//! |---|---|---|
//! | [`error`] | what went wrong, and is it the caller's fault? | |
//! | [`patent`] | what is a patent document? numbers, dates, classes, parties, claims, families, events; how two records about one document become one | |
//! | [`text`] | which tokens, key phrases and vector does this text have? | segmenter, stemmer, script folding, linear algebra, the client of an embedding endpoint |
//! | [`query`] | what did the searcher ask? one tree, syntax only | |
//! | [`ingest`] | which publications are in these files? | readers of XML, CSV, spreadsheets, archives |
//! | [`index`] | which documents match, which are near? writer, reader, snapshots | full-text engine, graph builder, everything on disk |
//! | [`search`] | what is the best page of answers, and what supports it? | |
//! | [`analytics`] | what do the documents say beyond their words? derived columns, and what is counted over a set | layout and graph libraries |
//! | [`workspace`] | what have the users saved? | the database |
//! | [`report`] | how does a report look as a file? | writers of Word files, spreadsheets and tables |
//! | [`service`] | how is all this reached over HTTP? sessions, jobs, the page | the web framework, the async runtime |
//! | [`cli`] | what did a person type, and what comes back? the configuration | argument parser, progress bars |
//!
//! [`index`] is the one deep module: some twenty methods on an immutable [`index::Reader`] hide two engines, their
//! file formats and the numbering of documents. The others are mostly functions on plain data.
//!
//! Beside `src/`: `index-schema/` (fields and formats as versioned data, compiled in), `fixtures/` (a synthetic
//! corpus with planted facts and its generator), `tests/it/` (one integration binary), `benches/` (one file a
//! question), `web/` (the page).
//!
//! # Invariants
//!
//! Many are about what is *absent*; none of them is visible where it would be broken.
//!
//! - **A snapshot never changes.** Files are written once, linked into the snapshot's folder, and the rename of
//!   `CURRENT` is the commit. A process killed at any moment loses nothing that was committed, and the next start
//!   needs no repair.
//! - **No type of an engine leaves [`index`].** Outside, there are only sets, scores, columns and documents.
//! - **Documents are named by key outside [`index`].** Inside a snapshot they have dense numbers (*docnos*), which
//!   change with every update; they may travel to [`search`] together with their reader, but are never stored or sent.
//! - **Match sets are exact.** Nothing cuts them: totals, facets and filters are counts over the whole set. Only
//!   ranking works with lists of limited length, each limit has a name, and an answer says where one was reached.
//! - **Below [`service`] nothing reads the environment, the clock, the network or a global random source**, and
//!   nothing is async. Times and seeds are arguments. The one exception is the embedding endpoint that a user
//!   configured ([`text::http`]).
//! - **[`patent`], [`text`] and [`query`] do no IO** (but for that endpoint) and never fail for reasons outside
//!   their arguments.
//! - **[`ingest`] and [`index`] do not know each other.** One function of [`cli`] joins them.
//! - **Faults in data are not errors.** A bad field becomes an [`ingest::Diagnostic`] beside the record that survives
//!   it. Nothing is skipped in silence: a document without a date is counted as undated, never dropped.
//! - **Unknown is a value of its own.** What no source says is neither "no" nor "free": a missing legal event does
//!   not put a patent in force or out of it.
//! - **Same snapshot, same version, same architecture: same answer.** Ties are broken by key, reductions run in a
//!   fixed order, models are trained with a fixed seed. (The graph over a large vector space is built in parallel;
//!   a rebuild may change who is found among near-equals.)
//! - **Spans are bytes, columns are characters.** Offsets in JSON are converted once, in [`service`].
//! - **A query is a trade secret.** It is never logged, and never sent anywhere that the user did not name.
//!
//! # A patent's way in
//!
//! `patnav index PATH…`, in `src/cli/commands/index.rs`, calls the join in `src/cli/import.rs`.
//!
//! 1. [`ingest::read`] (`src/ingest/read.rs`) runs a pipeline: one thread walks files, folders and archives
//!    (`src/ingest/walk.rs`, `src/ingest/archive.rs`), tells each format by its content (`src/ingest/detect.rs`) and
//!    cuts the stream into raw records (`src/ingest/split.rs`), in constant memory.
//! 2. Other threads parse: one function for each [`ingest::Format`], or for tables and JSON a column map from
//!    `index-schema/formats/` (`src/ingest/table/map.rs`). Out comes an [`ingest::Record`]: a
//!    [`patent::Publication`] with the faults of its record. Numbers and classes are normalised on the way
//!    ([`patent::PublicationNumber`], [`patent::Symbol`]).
//! 3. The caller's thread gets [`ingest::Item`]s in the order of the files and hands each publication to
//!    [`index::Writer::upsert`] (`src/index/writer.rs`). If a document with this key or application exists, the two
//!    become one, field by field, the better source winning ([`patent::merge`]). The result takes a fresh docno.
//! 4. [`index::Writer::commit`] writes full text (`src/index/lexical/writer.rs`), documents (`src/index/pack.rs`),
//!    columns (`src/index/column.rs`), families (`src/index/family.rs`) and vectors (`src/index/spaces.rs`, which
//!    also decides whether the model is trained again), then links all files into `snapshots/<id>/`
//!    (`src/index/snapshot.rs`), and renames `CURRENT`.
//! 5. What rules say of documents (key phrases, figures of the claims, legal states, …) follows as derived columns:
//!    [`analytics::derive`] makes all of them from one reading of the stored documents, and
//!    [`index::Writer::put_columns`] puts them. So does the graph over a large vector space
//!    ([`index::Writer::build_graphs`]); searches scan it until then.
//!
//! # A query's way through
//!
//! `patnav search QUERY` or `POST /api/v1/search` make a [`search::Request`] and call [`search::search`] with an
//! [`index::Reader`]; open `src/search/run.rs`.
//!
//! 1. [`query::parse`] (`src/query/parser.rs`) reads it as text or as a Boolean expression and says which
//!    ([`query::Reading`]). Errors carry a span and a suggestion, all of them at once.
//! 2. `src/search/evaluate.rs` computes the exact match set: each leaf is a column comparison, a number, or an
//!    [`index::Operand`] on positions ([`index::Reader::matching`], `src/index/lexical/matching/mod.rs`). A text matches
//!    where a document holds at least one of its concepts ([`text::concepts`]). Filters (`src/search/filter.rs`)
//!    intersect.
//! 3. Up to three ranked lists are retrieved within that set: words ([`index::Reader::rank_words`]), phrases
//!    ([`index::Reader::rank_phrases`]) and, for a text, vectors ([`index::Reader::nearest`], `src/index/vector/`).
//! 4. Documents in another language than the query's have an order of their own (`src/search/foreign.rs`), by vector
//!    and by the words that the corpus taught for the query's ([`text::lexicon`]); `src/search/fusion.rs` makes one list
//!    of all by reciprocal rank and keeps every rank for `--explain`.
//! 5. `src/search/page.rs` collapses families and loads the documents of the page; `src/search/snippet.rs` marks
//!    the sentences that support them; `src/search/facet.rs` counts over the whole match set.
//! 6. The [`search::Response`] names its snapshot. `src/cli/output.rs` prints it; the service converts it for the
//!    page.

pub mod error;

pub mod patent;

pub mod text;

pub mod query;

pub mod ingest;

pub mod index;

pub mod search;

pub mod analytics;

pub mod workspace;

pub mod report;

pub mod service;

pub mod cli;
