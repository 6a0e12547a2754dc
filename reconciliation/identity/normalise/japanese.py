"""Readings of common Japanese names in kanji. What is not here keeps its Chinese reading: only its bearer knows better.

Given names that are read in several ways stand here with the commonest reading.
"""

_SURNAMES = """
    佐藤 sato 鈴木 suzuki 高橋 takahashi 田中 tanaka 伊藤 ito 渡辺 watanabe 渡邊 watanabe 渡部 watanabe
    山本 yamamoto 中村 nakamura 小林 kobayashi 加藤 kato 吉田 yoshida 山田 yamada 佐々木 sasaki 山口 yamaguchi
    松本 matsumoto 井上 inoue 木村 kimura 林 hayashi 斎藤 saito 斉藤 saito 齋藤 saito 清水 shimizu 山崎 yamazaki
    森 mori 池田 ikeda 橋本 hashimoto 阿部 abe 石川 ishikawa 山下 yamashita 中島 nakajima 石井 ishii 小川 ogawa
    前田 maeda 岡田 okada 長谷川 hasegawa 藤田 fujita 後藤 goto 近藤 kondo 村上 murakami 遠藤 endo 青木 aoki
    坂本 sakamoto 福田 fukuda 太田 ota 西村 nishimura 藤井 fujii 金子 kaneko 岡本 okamoto 藤原 fujiwara
    三浦 miura 中野 nakano 中川 nakagawa 原田 harada 松田 matsuda 竹内 takeuchi 小野 ono 田村 tamura
    中山 nakayama 和田 wada 石田 ishida 森田 morita 上田 ueda 原 hara 内田 uchida 柴田 shibata 酒井 sakai
    宮崎 miyazaki 横山 yokoyama 高木 takagi 安藤 ando 宮本 miyamoto 大野 ono 小島 kojima 谷口 taniguchi
    工藤 kudo 今井 imai 高田 takada 増田 masuda 丸山 maruyama 杉山 sugiyama 村田 murata 大塚 otsuka 新井 arai
    小山 koyama 平野 hirano 藤本 fujimoto 河野 kono 上野 ueno 野口 noguchi 武田 takeda 松井 matsui 千葉 chiba
    菅原 sugawara 岩崎 iwasaki 久保 kubo 木下 kinoshita 佐野 sano 野村 nomura 松尾 matsuo 市川 ichikawa
    菊地 kikuchi 菊池 kikuchi 杉本 sugimoto 古川 furukawa 大西 onishi 島田 shimada 水野 mizuno 桜井 sakurai
    櫻井 sakurai 高野 takano 吉川 yoshikawa 山内 yamauchi 西田 nishida 飯田 iida 西川 nishikawa 小松 komatsu
    北村 kitamura 安田 yasuda 五十嵐 igarashi 川口 kawaguchi 平田 hirata 関 seki 中田 nakata 久保田 kubota
    服部 hattori 東 higashi 岩田 iwata 土屋 tsuchiya 川崎 kawasaki 福島 fukushima 本田 honda 辻 tsuji
    樋口 higuchi 秋山 akiyama 田口 taguchi 永井 nagai 山中 yamanaka 川上 kawakami
"""
_GIVEN = """
    健 ken 誠 makoto 学 manabu 隆 takashi 茂 shigeru 実 minoru 清 kiyoshi 進 susumu 勝 masaru 豊 yutaka
    剛 tsuyoshi 修 osamu 浩 hiroshi 博 hiroshi 徹 toru 聡 satoshi 亮 ryo 翔 sho 蓮 ren 樹 itsuki 翼 tsubasa
    大輔 daisuke 翔太 shota 健太 kenta 拓也 takuya 達也 tatsuya 和也 kazuya 直樹 naoki 英樹 hideki 哲也 tetsuya
    一郎 ichiro 太郎 taro 次郎 jiro 健一 kenichi 浩二 koji 雄太 yuta 大樹 daiki 悠斗 yuto 陽翔 haruto 湊 minato
    蒼 aoi 葵 aoi 陽菜 hina 結衣 yui 美咲 misaki 愛 ai 恵 megumi 幸子 sachiko 和子 kazuko 洋子 yoko 陽子 yoko
    恵子 keiko 京子 kyoko 典子 noriko 裕子 yuko 久美子 kumiko 明美 akemi 真由美 mayumi 由美 yumi 直美 naomi
    智子 tomoko 美穂 miho 舞 mai 彩 aya 麻衣 mai 優子 yuko 花子 hanako 桜 sakura さくら sakura 凛 rin 結菜 yuna
    莉子 riko 美優 miyu 千尋 chihiro 香織 kaori 真理子 mariko 純子 junko 節子 setsuko
"""


def _table(text: str) -> dict[str, str]:
    words = text.split()
    return dict(zip(words[::2], words[1::2], strict=True))


SURNAMES, GIVEN = _table(_SURNAMES), _table(_GIVEN)


def said(piece: str) -> str:
    """The reading of a surname or a given name; ``""`` where it is not known."""
    return SURNAMES.get(piece) or GIVEN.get(piece, "")


def parts(piece: str) -> tuple[str, str]:
    """A name in one piece as surname and given name, the longest known surname first; both empty where none is."""
    for size in (3, 2, 1):
        if piece[:size] in SURNAMES and len(piece) > size:
            return piece[:size], piece[size:]
    return "", ""
