"""Chinese names as people write them in Latin letters. Japanese readings of kanji cannot be known from the characters:
beside the common ones in ``japanese`` they come out in the Chinese reading, so two kanji spellings still agree, but a
kanji and a Latin spelling do not."""

import re
from functools import lru_cache

from pypinyin import lazy_pinyin

HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff々]+")
# Characters that sound otherwise as a surname than in other words: so read only in first place.
_SURNAMES = {
    "曾": "zeng", "單": "shan", "单": "shan", "仇": "qiu", "解": "xie", "查": "zha", "区": "ou", "區": "ou",
    "任": "ren", "朴": "piao", "盖": "ge", "蓋": "ge", "缪": "miao", "繆": "miao", "乐": "yue", "樂": "yue",
    "召": "shao", "种": "chong", "翟": "zhai", "葛": "ge", "冼": "xian", "洗": "xian", "逄": "pang", "员": "yun",
    "員": "yun", "秘": "bi", "折": "she", "么": "yao", "幺": "yao", "隗": "wei", "郇": "xun", "祭": "zhai",
    "那": "na", "宁": "ning", "甯": "ning", "覃": "qin", "车": "che", "車": "che", "谌": "chen", "諶": "chen",
    "都": "du", "盛": "sheng", "卜": "bu", "石": "shi", "贾": "jia", "賈": "jia", "柏": "bai", "薄": "bo",
    "藏": "zang", "臧": "zang", "沈": "shen", "俞": "yu", "相": "xiang", "曲": "qu", "牟": "mu", "粘": "nian",
    "句": "gou", "繁": "po", "燕": "yan", "过": "guo", "過": "guo", "纪": "ji", "紀": "ji", "尹": "yin",
    "重": "chong", "长": "chang", "長": "chang", "行": "xing", "应": "ying", "應": "ying", "吕": "lu", "呂": "lu",
    "令": "ling", "哈": "ha", "能": "nai", "晁": "chao", "郗": "xi", "阚": "kan", "闞": "kan", "褚": "chu",
    "賁": "ben", "贲": "ben", "酆": "feng", "於": "yu", "尉": "wei", "佘": "she", "撒": "sa", "莘": "shen",
    "殷": "yin", "隽": "juan", "雋": "juan", "瞿": "qu", "夏": "xia", "晏": "yan", "兴": "xing", "適": "di",
    "颉": "xie", "頡": "xie", "訾": "zi", "台": "tai", "黑": "he", "洪": "hong", "仉": "zhang", "乜": "nie",
}  # fmt: skip
_COMPOUND = {
    "欧阳": "ouyang", "歐陽": "ouyang", "司马": "sima", "司馬": "sima", "上官": "shangguan", "诸葛": "zhuge",
    "諸葛": "zhuge", "司徒": "situ", "皇甫": "huangfu", "尉迟": "yuchi", "尉遲": "yuchi", "长孙": "zhangsun",
    "長孫": "zhangsun", "令狐": "linghu", "万俟": "moqi", "萬俟": "moqi", "东方": "dongfang", "東方": "dongfang",
    "夏侯": "xiahou", "慕容": "murong", "端木": "duanmu", "宇文": "yuwen", "公孙": "gongsun", "公孫": "gongsun",
    "轩辕": "xuanyuan", "軒轅": "xuanyuan", "南宫": "nangong", "南宮": "nangong", "独孤": "dugu", "獨孤": "dugu",
    "呼延": "huyan", "司空": "sikong", "申屠": "shentu", "澹台": "tantai", "澹臺": "tantai", "赫连": "helian",
    "赫連": "helian", "鲜于": "xianyu", "鮮于": "xianyu", "闻人": "wenren", "聞人": "wenren", "西门": "ximen",
    "西門": "ximen", "钟离": "zhongli", "鍾離": "zhongli", "百里": "baili", "拓跋": "tuoba", "完颜": "wanyan",
}  # fmt: skip


@lru_cache(maxsize=100_000)
def pinyin(text: str) -> str:
    """Pinyin without tones in one word, ü as u; characters without a reading are left out."""
    said = "".join(lazy_pinyin(text, errors="ignore")).replace("v", "u").lower()
    return "".join(letter for letter in said if letter.isascii() and letter.isalpha())


@lru_cache(maxsize=100_000)
def surname_and_given(text: str) -> tuple[str, ...]:
    """A Chinese name in one piece as surname and given name."""
    size = surname_size(text)
    return tuple(filter(None, (surname(text[:size]), pinyin(text[size:]))))


def surname_size(text: str) -> int:
    """Characters of the surname: two of a known pair, and of four or more, as in most Japanese and all double names."""
    return 2 if (text[:2] in _COMPOUND and len(text) > 2) or len(text) > 3 else 1


def surname(text: str) -> str:
    """A surname's reading."""
    return _COMPOUND.get(text) or _SURNAMES.get(text) or pinyin(text)


def is_surname(text: str) -> bool:
    """Whether the characters have the length of a surname: one, or a known pair."""
    return len(text) == 1 or text in _COMPOUND


def others(text: str) -> tuple[str, ...]:
    """The surname that begins the text as it is written where Cantonese, Hokkien, Wade-Giles or Korean is usual."""
    return tuple(_ELSEWHERE.get(pinyin(text[:2]) if text[:2] in _COMPOUND else surname(text[:1]), "").split())


# By the Mandarin reading: Hong Kong, Malaysia and Singapore, Taiwan. Several characters of one reading share a line.
_ELSEWHERE = {
    "chen": "chan tan tran", "huang": "wong ng ooi wee hwang", "wang": "wong ong heng", "li": "lee lei",
    "lin": "lam lim", "zhang": "cheung chang teo teoh cheong", "liu": "lau low liew", "wu": "ng goh woo",
    "yang": "yeung yeoh young", "zhao": "chao chiu teo", "zhou": "chow chou chew", "xu": "hsu chui koh",
    "zhu": "chu choo", "ma": "mah beh", "hu": "wu oh foo", "guo": "kwok kuo kuok quek", "he": "ho hor",
    "gao": "ko kao", "luo": "lo law loh", "zheng": "cheng tay teh", "liang": "leung leong neo",
    "xie": "tse hsieh chia cheah", "song": "soong sung", "tang": "tong teng", "han": "hon", "feng": "fung",
    "deng": "tang teng", "cao": "cho tsao chor", "peng": "pang phang", "zeng": "tsang chan tseng",
    "xiao": "siu hsiao siew", "cai": "choi tsai chua choy", "pan": "poon pun phua", "tian": "tin tien",
    "dong": "tung", "yuan": "yuen", "ye": "yip yap ip yeh", "jiang": "kong chiang keung keong", "du": "to tu toh",
    "su": "so soh", "wei": "wai ngai", "lu": "lo loh look", "ding": "ting", "shen": "sum shum sim", "ren": "yam jen",
    "yao": "yiu yow", "fang": "fong png", "zhong": "chung", "jin": "kam chin kim", "cui": "tsui chui choi",
    "tan": "tam tham", "liao": "liu liew", "shi": "shek shih sy", "jia": "ka chia", "fu": "foo", "bai": "pak pai",
    "qiu": "yau khoo chiu", "qin": "chun chin tsun", "gu": "koo ku", "hou": "hau", "shao": "shiu", "meng": "mang",
    "long": "lung", "wan": "man", "qian": "chin chien", "hong": "hung ang", "ou": "au ow", "ouyang": "auyeung auyong",
    "situ": "szeto seeto", "mo": "mok", "kong": "hung", "mei": "mui", "shan": "sin", "yu": "yue yee",
}  # fmt: skip
