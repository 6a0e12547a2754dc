"""Lexicons of the made-up brands whose queries are labelled in queries.csv and queries_fourth.csv."""

from reconciliation.exposure.lexicon import Kind, Lexicon, Term


def _lexicon(*groups: tuple[Kind, str], lines: str) -> Lexicon:
    terms = [Term(text.strip(), kind) for kind, words in groups for text in words.split(";")]
    return Lexicon(1, (*terms, *(Term(text.strip(), "line", distinctive=True) for text in lines.split(";"))))


LEXICONS = {
    "plumbline": _lexicon(
        ("brand", "Plumbline; 准绳; 準繩; プラムライン; พลัมไลน์"),
        ("line", "Sunrise; 日出"),
        ("misspelling", "plumblain; plumblein"),
        ("competitor", "Plumbliner; Bosch; DeWalt; Plumb Pak; Plumb Perfect; 博世; ボッシュ"),
        ("generic", "plumb line; plumb bob; plumber line; plumbing line; sunrise; 标准; 绳子; プラム; ライン; พลัม; ไลน์"),
        lines="TrueDeck",
    ),
    "nova": _lexicon(
        ("brand", "Nova; 诺瓦; 諾瓦; ノヴァ; ノバ; โนวา"),
        ("line", "Air; Pro"),
        ("competitor", "Casanova; Casa Nova; Villanova; Novatech; Huawei Nova; 华为nova; 卡萨诺瓦; カサノバ; คาซาโนวา; Anova"),
        ("competitor", "Chevy Nova; หัวเว่ย nova; Terra Nova; テラノバ; Nova Kool; Aqua Nova; 駅前留学nova; 英会話 nova; Renova"),
        ("generic", "bossa nova; super nova; supernova; nova scotia; nova rock; air; pro; ボサノバ; ボサノヴァ"),
        ("generic", "スーパーノヴァ; ノバスコシア; 诺瓦克; 诺瓦伐克; บอสซาโนวา; ซูเปอร์โนวา"),
        lines="NovaBuds; ノヴァバッズ",
    ),
    "kaldera": _lexicon(
        ("brand", "Kaldera; 卡德拉; คัลเดรา"),
        ("line", "Pro"),
        ("competitor", "Kalderash; Caldera Spas; 卡德拉什; Hario; Fellow; Kaldi; Caldrea"),
        ("generic", "caldera; calderas; caldero; calender; kalender; calendar; pro; brewmaster; カルデラ"),
        lines="BrewMate; ブリューメイト",
    ),
    "lumora": _lexicon(
        ("brand", "Lumora; 流光堡; ルモーラ; ลูโมร่า"),
        ("line", "Aura"),
        ("competitor", "Luminara; ルミナーラ; ลูมินาร่า; Philips; 飞利浦; Aura Frames"),
        ("generic", "aura; aurora; halo ring; 流光; オーロラ"),
        lines="HaloRing; ヘイローリング",
    ),
}  # fmt: skip
