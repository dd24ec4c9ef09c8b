//! What was typed for ideas, exports and lists of numbers.

use std::path::PathBuf;

/// `patnav idea`
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Idea {
    /// A file with the idea: .txt, .md or .docx (技术交底书). 构思文件
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) text: PathBuf,
    /// The relevant date; what is published on it or later is no prior art [default: the day after the data]. 检索截止日
    #[arg(long, value_name = "DATE")]
    pub(in crate::cli) before: Option<String>,
    /// The day of filing, where --before is a priority. 申请日
    #[arg(long, value_name = "DATE")]
    pub(in crate::cli) filed: Option<String>,
    /// The office of filing, ST.3, for conflicting applications. 申请局
    #[arg(long, value_name = "CC", default_value = "CN")]
    pub(in crate::cli) office: String,
    /// A file with the elements, one a line, instead of those that are proposed. 要素文件
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) elements: Option<PathBuf>,
    /// Only propose the elements, one a line, to be edited. 只列出要素
    #[arg(long, conflicts_with = "out")]
    pub(in crate::cli) elements_only: bool,
    /// Write the Boolean draft in this dialect too (see `patnav query`). 检索式初稿的语法
    #[arg(long, value_name = "D")]
    pub(in crate::cli) dialect: Option<String>,
    /// Documents to read, 1 to 100. 阅读篇数
    #[arg(long, default_value_t = 20, value_name = "N")]
    pub(in crate::cli) limit: usize,
    /// The report: .docx, .html or .json. 报告文件
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) out: Option<PathBuf>,
    /// The language of the report: zh or en [default: that of the text]. 报告语言
    #[arg(long, value_name = "LANG")]
    pub(in crate::cli) lang: Option<String>,
}

/// `patnav export`
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Export {
    /// The query; `*` is every document. 检索式
    #[arg(long, value_name = "QUERY")]
    pub(in crate::cli) scope: String,
    /// The project whose lines the query may name (`#3`). 检索项目
    #[arg(long, value_name = "N")]
    pub(in crate::cli) project: Option<i64>,
    /// csv, xlsx, jsonl, ris or bibtex. 格式
    #[arg(long, value_name = "FORMAT")]
    pub(in crate::cli) format: String,
    /// Fields in order, any field of documents and any column. 字段
    #[arg(long, value_name = "FIELD", value_delimiter = ',')]
    pub(in crate::cli) fields: Vec<String>,
    /// The file [default: standard output]. 输出文件
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) out: Option<PathBuf>,
    /// CSV that Excel opens right: byte order mark, no text run as a formula. 供 Excel 打开的 CSV
    #[arg(long)]
    pub(in crate::cli) excel: bool,
    /// Rows at most. 行数上限
    #[arg(long, value_name = "N")]
    pub(in crate::cli) limit: Option<u64>,
    /// The order: relevance, newest or oldest. 排序
    #[arg(long, value_name = "ORDER", default_value = "relevance")]
    pub(in crate::cli) sort: String,
    /// One row for each: simple_family, extended_family, application or none. 合并方式
    #[arg(long, value_name = "GROUP", default_value = "none")]
    pub(in crate::cli) collapse: String,
    /// Offices, ST.3. 受理局
    #[arg(long, value_name = "CC", value_delimiter = ',')]
    pub(in crate::cli) country: Vec<String>,
    /// IPC or CPC symbols, each with all below it. 分类号
    #[arg(long, value_name = "SYMBOL", value_delimiter = ',')]
    pub(in crate::cli) class: Vec<String>,
    /// Published on this day or later. 公开日起
    #[arg(long, value_name = "DATE")]
    pub(in crate::cli) from: Option<String>,
    /// Published on this day or earlier. 公开日止
    #[arg(long, value_name = "DATE")]
    pub(in crate::cli) to: Option<String>,
}

/// `patnav reconcile`
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Reconcile {
    /// The query. 检索式
    #[arg(value_name = "QUERY")]
    pub(in crate::cli) query: String,
    /// Numbers of another tool, in any written form: .txt, .csv or .xlsx. 号码清单
    #[arg(long, value_name = "FILE", required_unless_present = "number")]
    pub(in crate::cli) list: Option<PathBuf>,
    /// Numbers beside or instead of a list. 号码
    #[arg(long, value_name = "NUMBER")]
    pub(in crate::cli) number: Vec<String>,
    /// The project whose lines the query may name (`#3`). 检索项目
    #[arg(long, value_name = "N")]
    pub(in crate::cli) project: Option<i64>,
    /// What counts as the same: publication, application or family. 比对口径
    #[arg(long, value_name = "LEVEL", default_value = "application")]
    pub(in crate::cli) by: String,
    /// Offices, ST.3. 受理局
    #[arg(long, value_name = "CC", value_delimiter = ',')]
    pub(in crate::cli) country: Vec<String>,
    /// IPC or CPC symbols, each with all below it. 分类号
    #[arg(long, value_name = "SYMBOL", value_delimiter = ',')]
    pub(in crate::cli) class: Vec<String>,
    /// Published on this day or later. 公开日起
    #[arg(long, value_name = "DATE")]
    pub(in crate::cli) from: Option<String>,
    /// Published on this day or earlier. 公开日止
    #[arg(long, value_name = "DATE")]
    pub(in crate::cli) to: Option<String>,
}

/// `patnav why`
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Why {
    /// The number, in any written form. 号码
    #[arg(value_name = "NUMBER")]
    pub(in crate::cli) number: String,
    /// The query. 检索式
    #[arg(value_name = "QUERY")]
    pub(in crate::cli) query: String,
    /// The project whose lines the query may name (`#3`). 检索项目
    #[arg(long, value_name = "N")]
    pub(in crate::cli) project: Option<i64>,
}
