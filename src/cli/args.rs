//! What was typed, and no more: nothing here is resolved, opened or checked against data.

mod map;
mod prior_art;
mod project;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

pub(super) use map::{Map, MapAction};
pub(super) use prior_art::{Export, Idea, Reconcile, Why};
pub(super) use project::{Project, ProjectAction, Question};

/// Patent navigation and landscape search, offline. 离线的专利导航与检索引擎。
#[derive(Debug, Parser)]
#[command(name = "patnav", version, max_term_width = 110, disable_help_subcommand = true)]
pub(super) struct Args {
    /// The data folder [default: ./patnav-data]. 数据文件夹
    #[arg(long, global = true, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
    /// The configuration file [default: patnav.toml in the data folder]. 配置文件
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Print the answer as JSON. 以 JSON 输出
    #[arg(long, global = true)]
    pub(super) json: bool,
    /// What to do. 命令
    #[command(subcommand)]
    pub(super) command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
#[expect(clippy::large_enum_variant, reason = "there is one in a run of the program")]
pub(super) enum Command {
    /// Index the synthetic corpus if nothing is indexed yet, and serve it. 用合成示例数据演示
    Demo(Serve),
    /// Read files or folders (also .gz and .zip) into the index. 读入文件或文件夹并建立索引
    Index(Index),
    /// Make derived columns anew from the stored documents, reading no source file. 重新计算派生列
    Derive(Derive),
    /// Domain packs: trees, vocabularies and effects of a field. 领域包
    Domain(Domain),
    /// Tag documents by the trees of the domains, anew; tag by hand in spreadsheets. 标引
    Tag(TagArgs),
    /// Search by text or expression. 检索
    Search(Search),
    /// Show how a query is understood: canonical form, counts, traps, translation. 解析、检查与转换检索式
    #[command(long_about = concat!(
        "Show how a query is understood: canonical form, counts, traps, translation. 解析、检查与转换检索式\n\n",
        "`patnav query reference` prints the whole query language. 打印完整的检索语法说明"
    ))]
    Query(Query),
    /// Find documents like a document or a text. 查找相似文献
    Similar(Similar),
    /// From a paragraph or disclosure to a finished search report. 从技术构思到立项专利检索报告
    Idea(Idea),
    /// Compare a list of numbers of another tool with a query, and say why each is missing. 与其他工具的号码清单比对
    Reconcile(Reconcile),
    /// Say why a document is or is not in the answer to a query. 某件文献为何在或不在结果中
    Why(Why),
    /// Searches that are kept: lines, decisions, strategy, sufficiency, what to read next. 检索项目
    Project(Project),
    /// Lay out a field as a map, with figures, data book and report. 专利导航图谱与分析报告
    Map(Map),
    /// Write every document of a result to a file. 导出检索结果
    Export(Export),
    /// Measure the answers to questions with judged documents. 检索质量评测
    Eval(Eval),
    /// Say what is indexed, by which snapshots, and what they take on disk. 数据状况
    Stats,
    /// Read the whole current snapshot and compare it with its checksums. 校验当前快照
    Check,
    /// Delete documents by number. 按号码删除文献
    Delete(Delete),
    /// Save the current snapshot to one file. 备份
    Backup(File),
    /// Bring a backup back as the current snapshot. 恢复备份
    Restore(File),
    /// Serve the web page and the HTTP interface. 启动网页服务
    Serve(Serve),
    /// Organisations and groups behind the names; decide doubtful pairs. 申请人归一与集团
    Parties(Parties),
    /// Accounts of those who may use the service from other machines. 账户
    User(User),
    /// Show every setting and where it comes from. 显示设置及其来源
    Config(Show),
}

/// `patnav index`
#[derive(Debug, clap::Args)]
pub(super) struct Index {
    /// Files or folders. 文件或文件夹
    #[arg(required = true, value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// The format of every file, where its content does not tell. 指定格式
    #[arg(long, value_name = "F")]
    pub(super) format: Option<String>,
    /// A column map for tables and JSON Lines (see index-schema/formats/README.md). 列映射文件
    #[arg(long, value_name = "FILE")]
    pub(super) map: Option<PathBuf>,
    /// Read files again that are indexed as they are. 重新读取未改动的文件
    #[arg(long)]
    pub(super) reread: bool,
    /// The share of bad records (0-1) above which nothing is committed. 坏记录比例上限
    #[arg(long, value_name = "SHARE")]
    pub(super) refuse_above: Option<f64>,
    /// Leave descriptions out of the index; they are stored all the same. 不索引说明书
    #[arg(long)]
    pub(super) without_descriptions: bool,
    /// Write every diagnostic to this file as JSON Lines. 将全部诊断写入文件
    #[arg(long, value_name = "FILE")]
    pub(super) diagnostics: Option<PathBuf>,
}

/// `patnav derive`
#[derive(Debug, clap::Args)]
pub(super) struct Derive {
    /// Groups of columns: phrases, claims, legal, names, tags, industry [default: all]. 列组
    #[arg(value_name = "GROUP")]
    pub(super) groups: Vec<String>,
}

/// `patnav domain`
#[derive(Debug, clap::Args)]
pub(super) struct Domain {
    #[command(subcommand)]
    pub(super) action: DomainAction,
}

/// What to do with domain packs.
#[derive(Debug, Subcommand)]
pub(super) enum DomainAction {
    /// List the packs: those compiled in, and yours in the folder `domains` of the data folder. 列出领域包
    List,
    /// Show the tree and the effects of a pack. 显示技术树
    Show {
        /// The id. 领域包编号
        id: String,
    },
    /// Read a pack and tell every fault with its line, and words that no indexed document holds. 检查领域包
    Check {
        /// The file. 文件
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

/// `patnav tag`
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct TagArgs {
    /// Compute the tags of this domain only; the others stay. 仅此领域
    #[arg(long, value_name = "D")]
    pub(super) domain: Option<String>,
    /// Compute also where nothing changed since. 全部重新计算
    #[arg(long)]
    pub(super) all: bool,
    #[command(subcommand)]
    pub(super) action: Option<TagAction>,
}

/// Tagging by hand.
#[derive(Debug, Subcommand)]
pub(super) enum TagAction {
    /// Write a tagging sheet for one or several people. 导出标引表
    Export(TagExport),
    /// Read a tagging sheet back. 导入标引表
    Import {
        /// The sheet. 标引表
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Who filled it in. 标引人
        #[arg(long, value_name = "NAME")]
        tagger: String,
        /// What it says settles what others disagree on. 裁定
        #[arg(long)]
        settle: bool,
    },
    /// Documents on which people disagree. 未裁定的分歧
    Conflicts,
    /// Judgements that a change of the tree touches. 技术树变动影响的标引
    Drift,
    /// How well the tags agree with a labelled sample, or people with each other. 一致性
    Agreement {
        /// The sample: lines of document, tab, `pack:leaf`, or a filled-in tagging sheet; without it, people who tagged
        /// the same documents are compared. 人工标注样本
        #[arg(long, value_name = "FILE")]
        gold: Option<PathBuf>,
    },
    /// Take back what somebody said of a document. 撤销标引
    Undo {
        /// The document. 文献
        number: String,
        /// The domain. 领域
        #[arg(long, value_name = "D")]
        domain: String,
        /// Who said it. 标引人
        #[arg(long, value_name = "NAME")]
        tagger: String,
    },
}

/// `patnav tag export`
#[derive(Debug, clap::Args)]
pub(super) struct TagExport {
    /// Which documents: a text or expression, `*` for all. 范围检索式
    #[arg(long, value_name = "QUERY")]
    pub(super) scope: String,
    /// The domain. 领域
    #[arg(long, value_name = "D")]
    pub(super) domain: String,
    /// The file, .xlsx; with several taggers one each, the name put before the dot. 输出文件
    #[arg(long, value_name = "FILE")]
    pub(super) out: PathBuf,
    /// For whom; rows are dealt out among them. 标引人
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(super) taggers: Vec<String>,
    /// The share of rows (0-1) that two people tag. 双人标引比例
    #[arg(long, value_name = "SHARE", default_value_t = 0.1)]
    pub(super) double: f64,
    /// The round of tagging, any word; part of every row id. 轮次
    #[arg(long, value_name = "WORD", default_value = "1")]
    pub(super) round: String,
}

/// `patnav search`
#[derive(Debug, clap::Args)]
pub(super) struct Search {
    /// A description, or an expression such as `ti=采煤机 AND cc=CN NOT ap=神华`. 检索词或检索式
    #[arg(value_name = "QUERY")]
    pub(super) query: String,
    /// The dialect of the query (see `patnav query`) [default: as it seems]. 检索式语法
    #[arg(long, value_name = "D")]
    pub(super) dialect: Option<String>,
    /// Hits on the page. 每页条数
    #[arg(long, default_value_t = 10, value_name = "N")]
    pub(super) limit: usize,
    /// Where the page before ended. 续页游标
    #[arg(long, value_name = "CURSOR")]
    pub(super) cursor: Option<String>,
    /// The order: relevance, newest, oldest, filing_newest, filing_oldest, priority_newest, priority_oldest,
    /// grant_newest, grant_oldest, expiry_soonest, expiry_latest, cited or family_size. 排序
    #[arg(long, value_name = "ORDER", default_value = "relevance")]
    pub(super) sort: String,
    /// What counts as one hit: simple_family, extended_family, application or none. 合并方式
    #[arg(long, value_name = "GROUP", default_value = "simple_family")]
    pub(super) collapse: String,
    /// Which member of a group is shown: best, earliest, latest, or offices in order (`CN,EP,US`). 同族代表
    #[arg(long, value_name = "WHICH", default_value = "best")]
    pub(super) representative: String,
    /// The day whose knowledge is used: what was published or announced later is not seen. 检索时点
    #[arg(long, value_name = "DATE")]
    pub(super) as_of: Option<String>,
    /// The filing or priority date of an invention: prior art before it, conflicting applications apart. 相关日
    #[arg(long, value_name = "DATE")]
    pub(super) relevant_date: Option<String>,
    /// The office whose rule on conflicting applications counts: CN, EP, US or JP. 抵触申请的受理局
    #[arg(long, value_name = "CC", default_value = "CN", requires = "relevant_date")]
    pub(super) relevant_office: String,
    /// The applicants of the invention, for conflicting applications of their own. 申请人
    #[arg(long, value_name = "NAME", requires = "relevant_date")]
    pub(super) applicant: Vec<String>,
    /// The project whose lines the query may name (`#3 AND NOT #1`). 检索项目
    #[arg(long, value_name = "N")]
    pub(super) project: Option<i64>,
    /// A set that the query names: `@name=FILE` or `#3=FILE`, one document key a line. 检索式引用的集合
    #[arg(long = "set", value_name = "NAME=FILE")]
    pub(super) sets: Vec<String>,
    /// Offices, ST.3. 受理局
    #[arg(long, value_name = "CC", value_delimiter = ',')]
    pub(super) country: Vec<String>,
    /// IPC or CPC symbols, each with all below it. 分类号
    #[arg(long, value_name = "SYMBOL", value_delimiter = ',')]
    pub(super) class: Vec<String>,
    /// Published on this day or later. 公开日起
    #[arg(long, value_name = "DATE")]
    pub(super) from: Option<String>,
    /// Published on this day or earlier. 公开日止
    #[arg(long, value_name = "DATE")]
    pub(super) to: Option<String>,
    /// Legal states: active, pending, inactive, undetermined, lapsed, … (有效, 审中, 失效). 法律状态
    #[arg(long, value_name = "STATE", value_delimiter = ',')]
    pub(super) state: Vec<String>,
    /// The day on which the state is asked for [default: as of the data]. 法律状态所在日
    #[arg(long, value_name = "DATE", requires = "state")]
    pub(super) state_on: Option<String>,
    /// For the state, count only what was known on this day [default: all]. 以该日已知信息为准
    #[arg(long, value_name = "DATE", requires = "state")]
    pub(super) known: Option<String>,
    /// A column and its values: `expiry_year=2030..2035`, `claim_category=method,use`. 按列筛选
    #[arg(long = "where", value_name = "COLUMN=VALUE")]
    pub(super) conditions: Vec<String>,
    /// Earliest priority (or filing) before this day: what may be prior art of that day. 优先权日早于
    #[arg(long, value_name = "DATE")]
    pub(super) before: Option<String>,
    /// Columns to count over the whole answer (country, year, legal_state, legal_state@2020-01-31, …). 统计列
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    pub(super) facet: Vec<String>,
    /// Say how each hit came to its place. 解释排序
    #[arg(long)]
    pub(super) explain: bool,
}

/// `patnav query`
#[derive(Debug, clap::Args)]
pub(super) struct Query {
    /// A query, or `reference`. 检索式
    #[arg(value_name = "QUERY")]
    pub(super) query: String,
    /// Its dialect: patnav, incopat, patsnap, cnipa, espacenet, patentscope, google or lens [default: as it seems]. 原语法
    #[arg(long, value_name = "D")]
    pub(super) dialect: Option<String>,
    /// Translate it to this dialect. 目标语法
    #[arg(long, value_name = "DIALECT")]
    pub(super) to: Option<String>,
    /// The project whose lines the query may name (`#3`). 检索项目
    #[arg(long, value_name = "N")]
    pub(super) project: Option<i64>,
    /// Refuse operators side by side that other tools group otherwise. 严格模式：混用运算符须加括号
    #[arg(long)]
    pub(super) strict: bool,
}

/// `patnav similar`
#[derive(Debug, clap::Args)]
pub(super) struct Similar {
    /// A publication or application number; several may be given, for documents like all of them. 公开号或申请号
    #[arg(long, value_name = "N", required_unless_present = "text")]
    pub(super) number: Vec<String>,
    /// A document that hits are to be unlike; several may be given. 不要像它的文献
    #[arg(long, value_name = "N")]
    pub(super) not: Vec<String>,
    /// A file with a text: .txt, .md or .docx. 文本文件
    #[arg(long, value_name = "FILE")]
    pub(super) text: Option<PathBuf>,
    /// Earliest priority (or filing) before this day. 优先权日早于
    #[arg(long, value_name = "DATE")]
    pub(super) before: Option<String>,
    /// Hits on the page. 条数
    #[arg(long, default_value_t = 10, value_name = "N")]
    pub(super) limit: usize,
    /// Say what links each hit to the question, across languages too. 解释与问题的联系
    #[arg(long)]
    pub(super) explain: bool,
}

/// `patnav eval`
#[derive(Debug, clap::Args)]
pub(super) struct Eval {
    /// Questions as JSON Lines: `{"id", "text" | "number" | "query"}`, and `before` where a day limits the answer. 问题文件
    #[arg(long, value_name = "FILE")]
    pub(super) queries: PathBuf,
    /// Judgments as TSV: query id, document by any of its numbers, grade (0 is not relevant). 判定文件
    #[arg(long, value_name = "FILE")]
    pub(super) qrels: PathBuf,
    /// How the lists are made: hybrid, words or vector. 排序方式
    #[arg(long, value_name = "SETTING", default_value = "hybrid")]
    pub(super) setting: String,
    /// Compare with another setting, question by question. 与另一种排序方式逐题比较
    #[arg(long, value_name = "SETTING")]
    pub(super) against: Option<String>,
    /// Questions by number see only documents of earlier priority. 仅在优先权日之前的文献中检索
    #[arg(long)]
    pub(super) prior_art: bool,
    /// What counts as one hit: simple_family, extended_family, application or none. 合并方式
    #[arg(long, value_name = "GROUP", default_value = "simple_family")]
    pub(super) collapse: String,
    /// The seed of the intervals. 随机种子
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) seed: u64,
}

/// `patnav delete`
#[derive(Debug, clap::Args)]
pub(super) struct Delete {
    /// Publication or application numbers, or keys. 号码
    #[arg(required = true, value_name = "NUMBER")]
    pub(super) numbers: Vec<String>,
}

/// `patnav backup`, `patnav restore`
#[derive(Debug, clap::Args)]
pub(super) struct File {
    /// The backup file. 备份文件
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
}

/// `patnav serve`, `patnav demo`
#[derive(Debug, clap::Args)]
pub(super) struct Serve {
    /// The address [default: 127.0.0.1:7878]. Any but a loopback address needs accounts. 监听地址
    #[arg(long, value_name = "ADDR")]
    pub(super) listen: Option<String>,
}

/// `patnav user`
#[derive(Debug, clap::Args)]
pub(super) struct User {
    #[command(subcommand)]
    pub(super) action: UserAction,
}

/// What to do with accounts.
#[derive(Debug, Subcommand)]
pub(super) enum UserAction {
    /// Add an account; the password is read from standard input. 添加账户（从标准输入读取密码）
    Add {
        /// The name. 用户名
        name: String,
        /// May import data and manage accounts. 管理员
        #[arg(long)]
        admin: bool,
    },
    /// List the accounts. 列出账户
    List,
    /// Remove an account and end its sessions. 删除账户
    Remove {
        /// The name. 用户名
        name: String,
    },
}

/// `patnav config`
#[derive(Debug, clap::Args)]
pub(super) struct Show {
    /// Print each value and its origin. 显示
    #[arg(long)]
    pub(super) show: bool,
}

/// `patnav parties`
#[derive(Debug, clap::Args)]
pub(super) struct Parties {
    /// What to do. 操作
    #[command(subcommand)]
    pub(super) action: PartiesAction,
}

/// `patnav parties …`
#[derive(Debug, Subcommand)]
pub(super) enum PartiesAction {
    /// List organisations with their spellings, groups and merges. 列出机构
    List(PartiesList),
    /// List doubtful pairs, those with the most documents first. 待复核的名称对
    Review {
        /// The most pairs. 条数上限
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Decide that two names are one organisation. 合并两个名称
    Merge(Pair),
    /// Decide that two names are two organisations. 拆分两个名称
    Split(Pair),
    /// Undo one decision; the others stay. 撤销一项决定
    Undo {
        /// The number of the decision. 决定编号
        id: i64,
        /// Keep the columns as they are; the next import or `patnav derive names` makes them follow. 暂不更新派生列
        #[arg(long)]
        keep_columns: bool,
    },
}

/// `patnav parties list`
#[derive(Debug, clap::Args)]
pub(super) struct PartiesList {
    /// Only those with a spelling that holds this text, with spellings and merges. 名称包含
    #[arg(long, value_name = "TEXT")]
    pub(super) name: Option<String>,
    /// Only members of this group or chain, by id or name. 所属集团或产业链
    #[arg(long, value_name = "GROUP")]
    pub(super) group: Option<String>,
    /// Only this type: company, university, institute, government, hospital, person, unknown. 类型
    #[arg(long, value_name = "TYPE")]
    pub(super) r#type: Option<String>,
    /// Only those with a doubtful spelling. 名称有疑问的
    #[arg(long)]
    pub(super) faults: bool,
    /// The most organisations. 条数上限
    #[arg(long, default_value_t = 50)]
    pub(super) limit: usize,
    /// List the groups and their edges instead. 列出集团
    #[arg(long)]
    pub(super) groups: bool,
    /// List all decisions instead, those undone as well. 列出全部决定
    #[arg(long, conflicts_with = "groups")]
    pub(super) decisions: bool,
}

/// Two names of `patnav parties merge` and `split`.
#[derive(Debug, clap::Args)]
pub(super) struct Pair {
    /// One name, or `name@city` where one name stands for several parties. 名称，或“名称@城市”
    pub(super) a: String,
    /// The other name. 另一名称
    pub(super) b: String,
    /// Why. 理由
    #[arg(long, value_name = "TEXT")]
    pub(super) note: Option<String>,
    /// Keep the columns as they are; the next import or `patnav derive names` makes them follow. 暂不更新派生列
    #[arg(long)]
    pub(super) keep_columns: bool,
}
