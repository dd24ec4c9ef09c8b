//! `patnav project`

use std::path::PathBuf;

use clap::Subcommand;

/// `patnav project`
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Project {
    /// What to do. 操作
    #[command(subcommand)]
    pub(in crate::cli) action: ProjectAction,
}

/// `patnav project …`
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ProjectAction {
    /// List the projects, the last changed first. 列出项目
    List,
    /// Make a project. 新建项目
    New {
        /// What it is called. 名称
        name: String,
        /// What it is about. 说明
        #[arg(long, value_name = "TEXT", default_value = "")]
        description: String,
        /// The cut-off date of its search. 检索截止日
        #[arg(long, value_name = "DATE")]
        cut_off: Option<String>,
    },
    /// Write down what it looks for, from a JSON file: `[{"name", "words": […], "classes": […], "note"}]`. 检索要素表
    Elements {
        /// The number of the project. 项目编号
        project: i64,
        /// The file. 文件
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Add a query line; it may name lines before it (`#1 AND NOT #2`) and named sets (`@name`). 增加检索式
    Line {
        /// The number of the project. 项目编号
        project: i64,
        /// The query. 检索式
        query: String,
        /// Its dialect [default: patnav]. 语法
        #[arg(long, value_name = "D", default_value = "patnav")]
        dialect: String,
        /// What you think of it. 说明
        #[arg(long, value_name = "TEXT", default_value = "")]
        note: String,
    },
    /// Take a query line back; its number stays. 撤销检索式
    Undo {
        /// The number of the project. 项目编号
        project: i64,
        /// The number of the line. 检索式编号
        line: u32,
        /// Bring it back instead. 恢复
        #[arg(long)]
        back: bool,
    },
    /// Keep what a query finds as a set that queries name by `@name`; a set of this name is replaced. 保存文献集
    Keep {
        /// The number of the project. 项目编号
        project: i64,
        /// The name. 名称
        name: String,
        /// The query; it may name lines of the project. 检索式
        query: String,
        /// Keep the query instead, to be asked anew on each snapshot; it may name no lines. 保存检索式本身
        #[arg(long)]
        live: bool,
        /// Where it comes from. 说明
        #[arg(long, value_name = "TEXT", default_value = "")]
        note: String,
    },
    /// Decide on documents. 标记相关性
    Decide {
        /// The number of the project. 项目编号
        project: i64,
        /// relevant, maybe, not, or none to take a decision back. 判断
        judgement: String,
        /// The documents, by any of their numbers. 文献
        #[arg(required = true, value_name = "NUMBER")]
        numbers: Vec<String>,
        /// Why. 理由
        #[arg(long, value_name = "TEXT", default_value = "")]
        note: String,
    },
    /// The search as a document: elements, log with net new hits, what every NOT costs. 检索策略与检索式表
    Strategy {
        /// The number of the project. 项目编号
        project: i64,
        /// The file: .docx, .html or .json. 输出文件
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// The language of the document: zh or en. 语言
        #[arg(long, value_name = "LANG", default_value = "zh")]
        lang: String,
        /// Say too whether the search is enough. 附充分性评估
        #[arg(long)]
        enough: bool,
        /// How that is asked. 评估方式
        #[command(flatten)]
        question: Question,
    },
    /// Whether the search is enough: saturation, recall of two channels, precision, recall on a known set. 检索是否充分
    Sufficiency {
        /// The number of the project. 项目编号
        project: i64,
        /// How it is asked. 评估方式
        #[command(flatten)]
        question: Question,
    },
    /// What to read next, by what was decided so far. 下一批待读
    Next {
        /// The number of the project. 项目编号
        project: i64,
        /// The query that is being read [default: the last line]. 检索式
        #[arg(long, value_name = "QUERY")]
        query: Option<String>,
        /// Documents. 条数
        #[arg(long, value_name = "N", default_value_t = 20)]
        limit: usize,
    },
}

/// How it is asked whether a search is enough.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Question {
    /// The line that is the result [default: the last]. 结果行
    #[arg(long, value_name = "LINE")]
    pub(in crate::cli) result: Option<u32>,
    /// Lines that search by classes or citations [default: those that do so alone]. 分类或引证通道
    #[arg(long, value_name = "LINE", value_delimiter = ',')]
    pub(in crate::cli) by_classes: Vec<u32>,
    /// Lines that search by words [default: those that do so alone]. 关键词通道
    #[arg(long, value_name = "LINE", value_delimiter = ',')]
    pub(in crate::cli) by_words: Vec<u32>,
    /// Documents known to be relevant, found without the query: .txt, .csv or .xlsx. 独立已知集
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) known: Option<PathBuf>,
    /// Families of the sample of the result. 抽样数
    #[arg(long, value_name = "N")]
    pub(in crate::cli) sample: Option<usize>,
}
