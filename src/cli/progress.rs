//! How long work shows itself on a terminal: stage, documents, rate, time left. Elsewhere it is silent.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::import::Progress;

/// A progress line on standard error, if that is a terminal.
pub(super) struct Line {
    bar: ProgressBar,
    stage: std::sync::Mutex<&'static str>,
}

impl Line {
    pub(super) fn new() -> Self {
        let bar = if std::io::stderr().is_terminal() { ProgressBar::new(0) } else { ProgressBar::hidden() };
        let style =
            ProgressStyle::with_template("{prefix:>22} {wide_bar} {percent:>3}%  {msg}  {elapsed} < {eta}");
        if let Ok(style) = style {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Self { bar, stage: std::sync::Mutex::new("") }
    }

    /// Shows where an import is.
    pub(super) fn show(&self, progress: Progress) {
        let name = match progress.stage {
            "reading" => "reading 读取",
            "writing" => "writing 写入",
            "training" => "training 训练向量模型",
            "vectors" => "vectors 计算向量",
            "graph" => "graph 建立向量图",
            "columns" => "derived columns 派生列",
            "commit" => "commit 提交",
            other => other,
        };
        let mut stage = self.stage.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if *stage != progress.stage {
            *stage = progress.stage;
            self.bar.reset();
        }
        self.bar.set_prefix(name);
        self.bar.set_length(progress.total.unwrap_or_default());
        self.bar.set_position(progress.done);
        let seconds = self.bar.elapsed().as_secs_f64();
        let rate = if progress.stage == "reading" && seconds > 0.5 {
            format!(" {:.0}/s", progress.documents as f64 / seconds)
        } else {
            String::new()
        };
        self.bar.set_message(format!("{} documents{rate}", progress.documents));
    }

    /// Shows bytes of a long read or copy.
    pub(super) fn bytes(&self, name: &'static str, done: u64, total: u64) {
        self.bar.set_prefix(name);
        self.bar.set_length(total);
        self.bar.set_position(done);
        self.bar.set_message(format!("{} MB", done >> 20));
    }

    /// Shows rows written.
    pub(super) fn rows(&self, name: &'static str, done: u64, total: u64) {
        self.bar.set_prefix(name);
        self.bar.set_length(total);
        self.bar.set_position(done);
        self.bar.set_message(format!("{done} rows"));
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
