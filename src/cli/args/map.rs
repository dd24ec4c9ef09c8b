//! What was typed for maps.

use std::path::PathBuf;

/// `patnav map`
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(in crate::cli) struct Map {
    #[command(subcommand)]
    pub(in crate::cli) action: Option<MapAction>,
    /// The query; `*` is every document. 检索式
    #[arg(long, value_name = "QUERY", required_unless_present = "refresh")]
    pub(in crate::cli) scope: Option<String>,
    /// Write figures, data book, report, map and manifest into this folder. 输出文件夹
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) out: Option<PathBuf>,
    /// Continue an earlier map, so that its places and regions stay: a package or its map.json. 沿用已有图谱的位置
    #[arg(long, value_name = "PACKAGE")]
    pub(in crate::cli) before: Option<PathBuf>,
    /// Count only what was published on this day or earlier, with the legal states of that day. 数据截止日
    #[arg(long, value_name = "DATE")]
    pub(in crate::cli) as_of: Option<String>,
    /// What counts as one: family, application or publication. 计数单位
    #[arg(long, value_name = "UNIT", default_value = "family")]
    pub(in crate::cli) counting: String,
    /// Count as the office does: applications, the first right holder alone. 官方口径
    #[arg(long)]
    pub(in crate::cli) official: bool,
    /// The language of report and pictures: zh or en [default: zh]. 报告语言
    #[arg(long, value_name = "LANG")]
    pub(in crate::cli) lang: Option<String>,
    /// Issue a package again on the current snapshot: same query and counting, old and new values. 更新已交付的图谱
    #[arg(long, value_name = "PACKAGE", requires = "out",
        conflicts_with_all = ["scope", "before", "counting", "official"])]
    pub(in crate::cli) refresh: Option<PathBuf>,
}

/// What else to do with maps.
#[derive(Debug, clap::Subcommand)]
pub(in crate::cli) enum MapAction {
    /// Say what grew, appeared, split or vanished between two maps, and list the documents. 比较两次图谱
    Diff {
        /// The earlier package or map.json. 较早的图谱
        #[arg(value_name = "A")]
        earlier: PathBuf,
        /// The later one, best made with --before A. 较晚的图谱
        #[arg(value_name = "B")]
        later: PathBuf,
    },
}
