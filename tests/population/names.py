"""Names of made-up people: in the script of their country and as they are romanised there."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from random import Random


@dataclass(frozen=True, slots=True)
class Name:
    """``given`` and ``family`` are Latin, ``script`` is how it is written at home where that differs."""

    given: tuple[str, ...]
    family: tuple[str, ...] = ()
    family_first: bool = False
    script: str = ""
    nick: str = ""  # what friends say for the first given name
    english: str = ""  # a second name that shops are told


class Words:
    """Words of which the first are the most common, as names are."""

    def __init__(self, text: str, flat: float = 4.0) -> None:
        self.all = text.split()
        self._sums = list(accumulate(1 / (place + flat) for place in range(len(self.all))))

    def draw(self, random: Random) -> str:
        return random.choices(self.all, cum_weights=self._sums)[0]


class Pairs:
    """Words with their romanisations: ``王=Wang``, or ``張=Zhang/Chang`` where people choose."""

    def __init__(self, text: str, flat: float = 4.0) -> None:
        split = [word.partition("=") for word in text.split()]
        self.all = [(script, tuple(roman.split("/"))) for script, _, roman in split]
        self._sums = list(accumulate(1 / (place + flat) for place in range(len(self.all))))

    def draw(self, random: Random) -> tuple[str, str]:
        script, romans = random.choices(self.all, cum_weights=self._sums)[0]
        return script, romans[0] if len(romans) == 1 else random.choice(romans)


WESTERN_GIVEN = Words("""
James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan Joseph Jessica
Thomas Sarah Christopher Karen Charles Lisa Daniel Nancy Matthew Betty Anthony Sandra Mark Margaret Donald Ashley
Steven Kimberly Andrew Emily Paul Donna Joshua Michelle Kenneth Carol Kevin Amanda Brian Melissa George Deborah
Timothy Stephanie Ronald Rebecca Jason Sharon Edward Laura Jeffrey Cynthia Ryan Dorothy Jacob Amy Nicholas Kathleen
Gary Angela Eric Shirley Jonathan Emma Stephen Brenda Larry Pamela Justin Nicole Scott Samantha Brandon Katherine
Benjamin Christine Samuel Helen Gregory Debra Alexander Rachel Patrick Carolyn Frank Janet Raymond Maria Jack Catherine
Dennis Heather Jerry Diane Tyler Olivia Aaron Julie Jose Joyce Adam Victoria Nathan Ruth Henry Virginia Zachary Lauren
Douglas Kelly Peter Christina Kyle Joan Noah Evelyn Ethan Judith Jeremy Andrea Walter Hannah Keith Megan Terry Alice
Harold Jean Roger Cheryl Gerald Jacqueline Carl Martha Sean Madison Austin Teresa Arthur Gloria Lawrence Sara Dylan Ann
""")  # fmt: skip
NICKNAMES = {
    "James": "Jim", "Robert": "Bob", "Patricia": "Pat", "Jennifer": "Jenny", "Michael": "Mike", "David": "Dave",
    "Elizabeth": "Liz", "William": "Bill", "Barbara": "Barb", "Richard": "Rick", "Susan": "Sue", "Joseph": "Joe",
    "Jessica": "Jess", "Thomas": "Tom", "Christopher": "Chris", "Charles": "Charlie", "Daniel": "Dan",
    "Matthew": "Matt", "Anthony": "Tony", "Sandra": "Sandy", "Margaret": "Maggie", "Donald": "Don", "Steven": "Steve",
    "Kimberly": "Kim", "Andrew": "Andy", "Joshua": "Josh", "Michelle": "Shelly", "Kenneth": "Ken", "Amanda": "Mandy",
    "Timothy": "Tim", "Stephanie": "Steph", "Rebecca": "Becky", "Edward": "Ed", "Jeffrey": "Jeff", "Jacob": "Jake",
    "Nicholas": "Nick", "Kathleen": "Kathy", "Jonathan": "Jon", "Stephen": "Steve", "Pamela": "Pam",
    "Samantha": "Sam", "Katherine": "Kate", "Benjamin": "Ben", "Christine": "Chris", "Samuel": "Sam",
    "Gregory": "Greg", "Deborah": "Debbie", "Alexander": "Alex", "Catherine": "Cathy", "Victoria": "Vicky",
    "Nathan": "Nate", "Zachary": "Zach", "Douglas": "Doug", "Peter": "Pete", "Walter": "Walt", "Lawrence": "Larry",
    "Teresa": "Terry", "Jacqueline": "Jackie", "Gerald": "Jerry", "Arthur": "Art", "Christina": "Tina",
}  # fmt: skip
WESTERN_FAMILY = Words("""
Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson Anderson
Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis Robinson Walker Young
Allen King Wright Scott Torres Nguyen Hill Flores Green Adams Nelson Baker Hall Rivera Campbell Mitchell Carter Roberts
Gomez Phillips Evans Turner Diaz Parker Cruz Edwards Collins Reyes Stewart Morris Morales Murphy Cook Rogers Gutierrez
Ortiz Morgan Cooper Peterson Bailey Reed Kelly Howard Ramos Kim Cox Ward Richardson Watson Brooks Chavez Wood James
Bennett Gray Mendoza Ruiz Hughes Price Alvarez Castillo Sanders Patel Myers Long Ross Foster Jimenez Powell Jenkins
""", flat=12)  # fmt: skip
FAMILY_HEADS = """Ash Black Bland Brad Bright Brook Bur Cald Chat Cole Crom Dal Den Drum Dun East Edge Fair Fen Glad
Gold Gran Hal Ham Hart Hather Hazel High Hol Hunt Kings Lang Lock Lam Mark Mal Med Mill Nor North Oak Pem Pres Rad
Red Ren Ridge Ros Sedge Shel Stan Stock Strat Sum Thorn Tre Up Wake Wal War Wes Whit Win Wood""".split()
FAMILY_TAILS = """bridge burn bury by combe cote cott croft dale den field ford gate grave ham hill hurst ing land ley
low man mere more ness over ridge shaw side son stead stone ston thorpe ton tree wall ward water way well wick wood
worth yard""".split()
GERMAN_GIVEN = Words("""
Peter Michael Thomas Andreas Wolfgang Klaus Jürgen Günter Stefan Christian Uwe Werner Horst Frank Dieter Manfred
Sabine Petra Monika Ursula Claudia Susanne Andrea Birgit Karin Renate Stefanie Nicole Julia Anna Lena Laura Sarah
Katharina Maximilian Lukas Felix Jonas Leon Paul Finn Elias Luca Niklas Tim Jan Lea Mia Emma Hannah Sophie Marie Jörg
Björn Sören Käthe Jens Sven Torsten Katrin Anke Silke Heike Anja Tanja Ralf Bernd Rainer Holger Matthias Markus
""")  # fmt: skip
GERMAN_FAMILY = Words("""
Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf
Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner Krause Meier Lehmann Schmid
Schulze Maier Köhler Herrmann König Walter Mayer Huber Kaiser Fuchs Peters Lang Scholz Möller Weiß Jung Hahn Schubert
Vogel Friedrich Keller Günther Frank Berger Winkler Roth Beck Lorenz Baumann Franke Albrecht Schuster Simon Ludwig
""", flat=10)  # fmt: skip
GERMAN_HEADS = """Acker Alt Bach Berg Birk Blum Brand Buch Busch Dorn Eber Eich Eisen Feld Fink Forst Freu Gold Grün
Hage Hasel Heid Hell Hirsch Holz Kalt Kirch Klee Korn Kraus Linden Loh Mühl Neu Ober Ost Reich Ross Roten Sand Schön
Stein Stern Tann Unter Wald Weiden Wein Wiesen Winter""".split()
GERMAN_TAILS = "bach bauer baum beck berg brink burg dorf eck feld hauer haus heim hof horn kamp mann meier müller rath schmidt städt stein thal wald".split()
FLAT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})

CHINESE_FAMILY = Pairs("""
陳=Chen 林=Lin 黃=Huang 張=Zhang/Chang 李=Li/Lee 王=Wang 吳=Wu 劉=Liu 蔡=Cai/Tsai 楊=Yang 許=Xu/Hsu 鄭=Zheng/Cheng
謝=Xie/Hsieh 洪=Hong/Hung 郭=Guo/Kuo 邱=Qiu/Chiu 曾=Zeng/Tseng 廖=Liao 賴=Lai 徐=Xu/Hsu 周=Zhou/Chou 葉=Ye/Yeh 蘇=Su
莊=Zhuang/Chuang 呂=Lu 江=Jiang/Chiang 何=He/Ho 蕭=Xiao/Hsiao 羅=Luo/Lo 高=Gao/Kao 潘=Pan 簡=Jian/Chien 朱=Zhu/Chu
鍾=Zhong/Chung 彭=Peng 游=You/Yu 詹=Zhan/Chan 胡=Hu 施=Shi/Shih 沈=Shen 余=Yu 趙=Zhao/Chao 盧=Lu 梁=Liang 顏=Yan/Yen
柯=Ke/Ko 翁=Weng 魏=Wei 孫=Sun 戴=Dai/Tai 范=Fan 方=Fang 宋=Song/Sung 鄧=Deng/Teng 杜=Du/Tu 傅=Fu 侯=Hou 曹=Cao/Tsao
薛=Xue/Hsueh 丁=Ding/Ting 卓=Zhuo/Cho 馬=Ma 阮=Ruan/Juan 董=Dong/Tung 溫=Wen 唐=Tang 藍=Lan 石=Shi/Shih 蔣=Jiang/Chiang
""", flat=2)  # fmt: skip
CHINESE_GIVEN = Pairs("""
明=ming 華=hua 志=zhi 偉=wei 建=jian 國=guo 文=wen 玉=yu 美=mei 淑=shu 惠=hui 雅=ya 婷=ting 怡=yi 君=jun 家=jia 豪=hao
俊=jun 宏=hong 冠=guan 宇=yu 承=cheng 恩=en 佳=jia 穎=ying 欣=xin 宜=yi 蓉=rong 芳=fang 麗=li 秀=xiu 英=ying 珍=zhen
春=chun 慧=hui 雯=wen 靜=jing 思=si 詩=shi 涵=han 子=zi 晴=qing 柏=bo 翰=han 哲=zhe 瑋=wei 彥=yan 廷=ting 政=zheng
德=de 正=zheng 信=xin 義=yi 仁=ren 智=zhi 凱=kai 維=wei 揚=yang 峰=feng 龍=long 成=cheng 榮=rong 昌=chang 萱=xuan
筱=xiao 如=ru 心=xin 瑜=yu 琪=qi 書=shu 毅=yi 安=an 世=shi 東=dong
""", flat=20)  # fmt: skip
JAPANESE_FAMILY = Pairs("""
佐藤=Sato 鈴木=Suzuki 高橋=Takahashi 田中=Tanaka 伊藤=Ito 渡辺=Watanabe 山本=Yamamoto 中村=Nakamura 小林=Kobayashi
加藤=Kato 吉田=Yoshida 山田=Yamada 佐々木=Sasaki 山口=Yamaguchi 松本=Matsumoto 井上=Inoue 木村=Kimura 林=Hayashi
斎藤=Saito 清水=Shimizu 山崎=Yamazaki 森=Mori 池田=Ikeda 橋本=Hashimoto 阿部=Abe 石川=Ishikawa 山下=Yamashita
中島=Nakajima 石井=Ishii 小川=Ogawa 前田=Maeda 岡田=Okada 長谷川=Hasegawa 藤田=Fujita 後藤=Goto 近藤=Kondo
村上=Murakami 遠藤=Endo 青木=Aoki 坂本=Sakamoto 福田=Fukuda 太田=Ota 西村=Nishimura 藤井=Fujii 岡本=Okamoto
金子=Kaneko 藤原=Fujiwara 三浦=Miura 中野=Nakano 原田=Harada 松田=Matsuda 竹内=Takeuchi 小野=Ono 中山=Nakayama
田村=Tamura 石田=Ishida 上田=Ueda 和田=Wada 森田=Morita 柴田=Shibata 酒井=Sakai 工藤=Kudo 横山=Yokoyama 宮崎=Miyazaki
""", flat=10)  # fmt: skip
JAPANESE_GIVEN = Pairs("""
健=Ken 誠=Makoto 大輔=Daisuke 健太=Kenta 翔太=Shota 拓也=Takuya 翔=Sho 直樹=Naoki 和也=Kazuya 達也=Tatsuya 亮=Ryo
隆=Takashi 浩=Hiroshi 修=Osamu 茂=Shigeru 陽菜=Hina 美咲=Misaki 葵=Aoi 愛=Ai 彩=Aya 由美子=Yumiko 恵子=Keiko
洋子=Yoko 幸子=Sachiko 和子=Kazuko 久美子=Kumiko 真由美=Mayumi 智子=Tomoko 裕子=Yuko 直美=Naomi 麻衣=Mai 結衣=Yui
さくら=Sakura 千尋=Chihiro 蓮=Ren 湊=Minato 悠真=Yuma 大翔=Hiroto 陽翔=Haruto 樹=Itsuki 莉子=Riko 花子=Hanako
太郎=Taro 一郎=Ichiro 次郎=Jiro 三郎=Saburo 明美=Akemi 典子=Noriko 京子=Kyoko 順子=Junko 弘子=Hiroko 正=Tadashi
""", flat=15)  # fmt: skip
THAI_GIVEN = Pairs("""
สมชาย=Somchai สมศักดิ์=Somsak สมหญิง=Somying ประเสริฐ=Prasert วิชัย=Wichai สุชาติ=Suchat ณัฐพล=Nattapon/Natthaphon
ธนากร=Thanakorn พงศกร=Pongsakorn ศิริพร=Siriporn วันเพ็ญ=Wanphen กนกวรรณ=Kanokwan สุดารัตน์=Sudarat นภา=Napa
มาลี=Malee/Mali อรทัย=Orathai ปรียา=Preeya/Priya วราภรณ์=Waraporn จิราพร=Jiraporn รัตนา=Rattana ชลธิชา=Chonticha
พิมพ์ชนก=Pimchanok ธีรพงษ์=Theerapong อนุชา=Anucha กิตติ=Kitti ชัยวัฒน์=Chaiwat นรินทร์=Narin ปิยะ=Piya วีระ=Weera
สุรชัย=Surachai อภิชาติ=Apichat ภาณุพงศ์=Panupong จักรพันธ์=Jakkapan ศุภชัย=Supachai เอกชัย=Ekachai มานะ=Mana
นิภา=Nipa ดวงใจ=Duangjai กัญญา=Kanya สุภาพร=Supaporn ลัดดา=Ladda จันทร์เพ็ญ=Chanpen บุญมี=Boonmee ทองคำ=Thongkham
""", flat=12)  # fmt: skip
THAI_HEADS = Pairs("""ศรี=Sri ทอง=Thong บุญ=Boon สุข=Suk แก้ว=Kaew วงศ์=Wong ชัย=Chai เจริญ=Charoen พรหม=Phrom รัตน=Rattana
จันทร์=Chan สม=Som อินทร์=In เพชร=Phet สุวรรณ=Suwan ธรรม=Tham ประ=Pra วิ=Wi มณี=Manee กิตติ=Kitti""")
THAI_MIDDLES = Pairs("""ใจ=jai พันธ์=phan ศักดิ์=sak สกุล=sakul วัฒน=wattana โชค=chok มงคล=mongkhon พงษ์=phong ทิพย์=thip
สิทธิ์=sit ภักดี=phakdi นคร=nakhon ลาภ=lap รุ่งเรือง=rungrueang ประเสริฐ=prasert อุดม=udom""")
THAI_TAILS = Pairs("ดี=dee กุล=kul วงศ์=wong สุข=suk ชัย=chai รัตน์=rat ศรี=sri พร=phon นนท์=non เดช=det ผล=phon มา=ma")
VIETNAMESE_FAMILY = Words(
    "Nguyễn Trần Lê Phạm Hoàng Phan Vũ Đặng Bùi Đỗ Hồ Ngô Dương Lý Trương Đinh Mai Lâm Cao Tạ", flat=0.8
)
VIETNAMESE_MIDDLE = Words("Văn Thị Hữu Đức Ngọc Minh Thanh Quốc Thu Hoàng Xuân Kim Anh Gia Bảo Tuấn")
VIETNAMESE_GIVEN = Words(
    """Anh Minh Hùng Dũng Tuấn Linh Hương Lan Hoa Mai Trang Thảo Phương Hà Nga Long Nam Sơn Hải Bình Cường
Đạt Khánh Phúc Quân Thành Trung Việt Vy Yến Nhung Ngân My Loan Huyền Hạnh Giang Duyên Châu Chi Dung Tâm Thủy Tú Uyên""",
    flat=10,
)
INDONESIAN = Words(
    """Budi Agus Siti Dewi Sri Andi Eko Dwi Tri Rina Rini Wati Ratna Indah Putri Putra Adi Ahmad Muhammad Nur
Hidayat Santoso Wijaya Kusuma Saputra Setiawan Gunawan Hartono Susanto Wibowo Pratama Nugroho Kurniawan Lestari Rahayu
Wulandari Permata Sari Utami Handayani Yuliana Maharani Anggraini Siregar Nasution Simanjuntak Sitompul Hutapea Halim
Suryadi Prasetyo Firmansyah Ramadhan Hakim Fauzi Rizki Dian Fitri Ayu Bayu Joko Yanto Slamet Bambang Hendra Irfan""",
    flat=25,
)
MALAY_MALE = Words(
    """Muhammad Ahmad Mohd Abdul Faizal Hafiz Amir Azman Ismail Ibrahim Hassan Razak Rahman Zulkifli Syafiq
Farhan Haziq Danial Irfan Shahrul Nizam Khairul Azlan Rosli Kamal Jamal Yusof Zainal Hakim Firdaus""",
    flat=8,
)
MALAY_FEMALE = Words(
    """Nur Siti Nurul Aisyah Fatimah Aminah Farah Izzati Syahirah Hidayah Zainab Rohani Azizah Noraini Halimah
Ain Balqis Sofea Mariam Khadijah Suraya Liyana Amirah Nadia Shafiqah""",
    flat=8,
)
STRAITS_FAMILY = Words(
    """Tan Lim Lee Ng Ong Wong Goh Chua Chan Koh Teo Ang Yeo Tay Ho Low Toh Sim Chong Chia Foo Yap Chin
Liew Leong Cheong Heng Quek Seah Soh Lau Loh Phua Khoo Kok Cheah Chew Ooi Teh Beh""",
    flat=2,
)
STRAITS_GIVEN = Words(
    """Wei Hui Ming Xin Jia Yi Kai Jun Mei Ling Siew Boon Kok Hock Seng Chee Keong Yong Hwee Poh Geok Bee Lay
Choo Swee Kim Soon Teck Heng Beng Guan Yan Ying Zhi Hao Xuan Rui En Shan Min Li Fang Pei Shi Qi Jing""",
    flat=15,
)
STRAITS_ENGLISH = Words("""Jason Michelle Kelvin Jessica Desmond Rachel Alvin Vivian Marcus Cheryl Benjamin Adeline Ryan Joanne
Eugene Serene Adrian Jasmine Gary Grace Raymond Angela Kenny Doris Nicholas Samantha Jeremy Fiona Vincent Shirley""")
TAMIL = Words(
    """Suresh Kumar Rajan Raman Krishnan Muthu Priya Devi Lakshmi Anand Ravi Siva Ganesh Kavitha Meena Vijay Arun
Prakash Selvam Nair Pillai Subramaniam Chandran Mohan Shanti Uma Bala Murugan Deepa Naidu""",
    flat=10,
)


def western(random: Random) -> Name:
    first = WESTERN_GIVEN.draw(random)
    given = (first, WESTERN_GIVEN.draw(random)) if random.random() < 0.12 else (first,)
    plain = random.random() < 0.35
    family = WESTERN_FAMILY.draw(random) if plain else random.choice(FAMILY_HEADS) + random.choice(FAMILY_TAILS)
    return Name(given, (family,), nick=NICKNAMES.get(first, ""))


def german(random: Random) -> Name:
    given = GERMAN_GIVEN.draw(random)
    if random.random() < 0.4:
        family = GERMAN_FAMILY.draw(random)
    else:
        family = random.choice(GERMAN_HEADS) + random.choice(GERMAN_TAILS)
    whole = f"{given} {family}"
    flat = whole.translate(FLAT)
    first, last = flat.split()
    return Name((first,), (last,), script="" if flat == whole else whole)


def chinese(random: Random) -> Name:
    family, roman = CHINESE_FAMILY.draw(random)
    one, first = CHINESE_GIVEN.draw(random)
    if random.random() < 0.06:
        return Name((first.title(),), (roman,), family_first=True, script=family + one)
    two, second = CHINESE_GIVEN.draw(random)
    joined = (first + second).title() if random.random() < 0.5 else f"{first.title()}-{second.title()}"
    english = STRAITS_ENGLISH.draw(random) if random.random() < 0.25 else ""
    return Name((joined,), (roman,), family_first=True, script=family + one + two, english=english)


def japanese(random: Random) -> Name:
    family, roman = JAPANESE_FAMILY.draw(random)
    given, first = JAPANESE_GIVEN.draw(random)
    space = " " if random.random() < 0.7 else ""
    return Name((first,), (roman,), family_first=True, script=f"{family}{space}{given}")


def thai(random: Random) -> Name:
    given, first = THAI_GIVEN.draw(random)
    parts = [THAI_HEADS.draw(random), THAI_MIDDLES.draw(random), THAI_TAILS.draw(random)]
    if random.random() < 0.4:
        del parts[1]
    family = "".join(roman for _, roman in parts).capitalize()
    return Name((first,), (family,), script=f"{given} {''.join(script for script, _ in parts)}")


def vietnamese(random: Random) -> Name:
    family, middle = VIETNAMESE_FAMILY.draw(random), VIETNAMESE_MIDDLE.draw(random)
    given = VIETNAMESE_GIVEN.draw(random)
    whole = f"{family} {middle} {given}"
    flat = tuple(whole.translate(_MARKS).split())
    return Name(flat[1:], flat[:1], family_first=True, script=whole)


def indonesian(random: Random) -> Name:
    count = random.choices((1, 2, 3), cum_weights=(8, 68, 100))[0]
    words = list(dict.fromkeys(INDONESIAN.draw(random) for _ in range(count)))
    return Name(tuple(words[:-1]) or tuple(words), tuple(words[-1:]) if len(words) > 1 else ())


def straits(random: Random) -> Name:
    """Singapore and Malaysia: Chinese, Malay and Tamil names, all written in Latin letters."""
    kind = random.random()
    if kind < 0.5:
        given: tuple[str, ...] = (STRAITS_GIVEN.draw(random), STRAITS_GIVEN.draw(random))
        english = STRAITS_ENGLISH.draw(random) if random.random() < 0.4 else ""
        return Name(given, (STRAITS_FAMILY.draw(random),), family_first=True, english=english)
    if kind < 0.88:
        male = random.random() < 0.5
        words, link = (MALAY_MALE, "bin") if male else (MALAY_FEMALE, "binti")
        given = tuple(dict.fromkeys((words.draw(random), words.draw(random))))
        return Name(given, (link, MALAY_MALE.draw(random)))
    return Name((TAMIL.draw(random),), (TAMIL.draw(random),))


_MARKS = str.maketrans({
    letter: plain
    for plain, letters in {
        "a": "áàảãạăắằẳẵặâấầẩẫậ", "e": "éèẻẽẹêếềểễệ", "i": "íìỉĩị", "o": "óòỏõọôốồổỗộơớờởỡợ", "u": "úùủũụưứừửữự",
        "y": "ýỳỷỹỵ", "d": "đ", "D": "Đ", "A": "Â", "O": "Ô", "U": "Ú",
    }.items()
    for letter in letters
})  # fmt: skip

CULTURES: dict[str, Callable[[Random], Name]] = {
    "US": western, "GB": western, "AU": western, "DE": german, "JP": japanese, "SG": straits, "MY": straits,
    "TH": thai, "TW": chinese, "VN": vietnamese, "ID": indonesian,
}  # fmt: skip
