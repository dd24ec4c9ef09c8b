//! Words that carry no subject: function words and the boilerplate of patent language.
//!
//! The index keeps them (BM25 weighs them down); query concepts and key phrases leave them out.
//! Lists of our own, deliberately short: a word that names something in one of the domains stays out.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

/// Chinese function words; concepts are split at them where the dictionary sees them as words.
const ZH_FUNCTION: &str = "的 地 得 了 着 过 之 其 该 此 这 那 各 每 某 本 所 所述 上述 前述 下述 如下 以下 以上 \
和 与 及 以及 及其 或 或者 并 并且 且 而 而且 但 但是 若 如 如果 则 即 即可 因 因此 因为 由于 从而 进而 使 使得 令 让 \
在 于 由 从 自 对 对于 向 往 至 到 为 为了 以 以便 把 将 被 给 用 按 按照 根据 依据 通过 经 经过 基于 关于 有关 \
是 有 无 具有 带有 含有 包括 包含 设有 设置 采用 利用 使用 用于 用来 进行 实现 提供 属于 涉及 位于 能 能够 可 可以 不 没有 \
也 又 还 都 均 就 才 很 更 最 较 再 同时 其中 其它 其他 另外 此外 例如 等 等等 个 种 一个 一种 一 二 三 至少 多个 若干 \
第一 第二 第三 之间 之后 之前 时 中 内 上 下 里 后 前 间 相应 分别 相关 怎么 如何 什么 哪些 请 查找 检索 我们 你 我 他 它";

/// Chinese words of patent titles and openings that name no subject.
const ZH_BOILERPLATE: &str = "本发明 发明 实用新型 实用 新型 公开 专利 申请 权利 要求 权利要求 技术 领域 技术领域 背景 方案 技术方案 \
方法 系统 装置 设备 组件 工艺 结构 步骤 应用 用途 制备 制造 生产 制备方法 控制方法 及其制备方法 实施例 实施方式 具体 附图 \
问题 效果 优点 特征 目的 特点 有益 优选 所示 权项";

/// English function words.
const EN_FUNCTION: &str = "a about above according after all also although among an and any are as at be because been before \
being below between both but by can comprise comprised comprises comprising consist consisting consists could described do \
does during each either etc first for from further has have having here herein how i if in include included includes \
including into is it its itself least less may more most must not of on one only onto or other others our over per \
plurality preferably provide provided provides providing respectively said same second should since so some such than \
that the their them then there thereby therefor therefore therein thereof thereon these they third this those through \
thus to under up upon use used uses using various via was we were what when where whereas wherein whereby which while \
who with within without would you your";

/// English words of patent titles and openings that name no subject.
const EN_BOILERPLATE: &str = "apparatus assembly claim claims device devices disclosed discloses disclosure embodiment \
embodiments equipment fig figure invention kind method methods novel object patent present process processes \
relate related relates system systems technique thereof type utility model";

/// Words that say what is done with a thing or how it stands: no key phrase begins or ends with one of them.
const EDGES: &str = "在于 针对 现有 实施 连接 安装 设于 装于 配合 connected connecting connects based designed arranged configured \
means field prior";

/// Words that no key phrase begins with: what comes after them is wanted better, and says what.
const STARTS: &str = "改进 改善 提高 提升 降低 减少 增强 增加 延长 缩短 简化 保证 避免 防止 raise raising lower lowering extend \
extending shorten shortening simplify simplifying reduce reducing improve improving improved increase increasing cut cutting \
take taking";

/// Words that no key phrase ends with: they say that the thing before them is at work.
const ENDS: &str = "工作 运行";

/// Function words of German, French, Spanish, Italian and Portuguese, which collections in English hold too, but for those
/// that name a thing in English or are a symbol (`die`, `pour`, `al`): no key phrase begins or ends with one.
const OTHER_FUNCTION: &str = "und oder der das dem ein eine einer eines einem einen mit für zum zur vom von auf sowie wobei durch nach bei ist \
sind wird werden nicht sich auch aus über zwischen le la les des du de un une et ou avec dans sur est sont qui \
que au aux ce cette dont entre el los las una uno por para en del como da dos das um uma il lo gli che della dei \
delle";

static FUNCTION: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| set(&[ZH_FUNCTION, EN_FUNCTION]));
static BOILERPLATE: LazyLock<FxHashSet<&'static str>> =
    LazyLock::new(|| set(&[ZH_BOILERPLATE, EN_BOILERPLATE]));

static STARTS_SET: LazyLock<FxHashSet<&'static str>> =
    LazyLock::new(|| set(&[ZH_FUNCTION, EN_FUNCTION, OTHER_FUNCTION, EDGES, STARTS]));
static ENDS_SET: LazyLock<FxHashSet<&'static str>> =
    LazyLock::new(|| set(&[ZH_FUNCTION, EN_FUNCTION, OTHER_FUNCTION, EDGES, ENDS]));

fn set(lists: &[&'static str]) -> FxHashSet<&'static str> {
    lists.iter().flat_map(|list| list.split_ascii_whitespace()).collect()
}

/// Returns whether `word` is a function word. Chinese in simplified characters, English in lower case, unstemmed.
pub fn is_function_word(word: &str) -> bool {
    FUNCTION.contains(word)
}

/// Returns whether a key phrase may have `first` at its beginning and `last` at its end; both as for
/// [`is_function_word`].
pub fn may_bound_phrase(first: &str, last: &str) -> bool {
    !STARTS_SET.contains(first) && !ENDS_SET.contains(last)
}

/// Returns whether `word` is a function word or boilerplate of patent language.
///
/// Chinese in simplified characters, English in lower case, unstemmed.
pub fn is_stop_word(word: &str) -> bool {
    FUNCTION.contains(word) || BOILERPLATE.contains(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_both_kinds() {
        assert!(is_function_word("的") && is_function_word("the"));
        assert!(is_stop_word("方法") && !is_function_word("方法"));
        assert!(is_stop_word("method") && !is_function_word("method"));
        assert!(
            may_bound_phrase("测量", "精度")
                && !may_bound_phrase("提高", "精度")
                && !may_bound_phrase("载体", "连接")
                && !may_bound_phrase("eine", "drohne")
                && may_bound_phrase("die", "casting")
        );
        assert!(!is_stop_word("采煤机") && !is_stop_word("shearer"));
    }
}
