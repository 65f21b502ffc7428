"""Which sources are search engines, social networks, shops and video sites: data, versioned.

After Google's published GA4 source categories, folded: a brand stands for its bare name and for
its site in every country (google, www.google.com.ar); a site stands for that host alone.
`HOUSE_*` are our own additions. A change here is a new VERSION: history keeps its channels until
it is rebuilt on request.
"""

VERSION = "2026-05"

_SEARCH_BRANDS = """
    alice aol ask auone avg babylon baidu biglobe bing cnn comcast conduit daum dogpile duckduckgo
    ecosia eniro exalead excite globo google google-play googlemybusiness incredimail kvasir lycos
    msn najdi naver onet qwant rakuten rambler search-results seznam sogou startsiden terra ukr
    virgilio yahoo yandex
"""
_SEARCH_SITES = """
    360.cn so.com centrum.cz firmy.cz tut.by go.mail.ru cse.google.com mail.google.com
    news.google.com search.google.com mail.rambler.ru mail.yandex.ru webmaster.yandex.ru
    zen.yandex.ru email.seznam.cz ntp.msn.com search.ukr.net secureurl.ukr.net suche.aol.de
    search.smt.docomo.ne.jp websearch.rakuten.co.jp sp-web.search.auone.jp
"""
_SOCIAL_BRANDS = """
    43things activerain activeworlds addthis alumniclass americantowns anobii answerbag aolanswers
    askubuntu athlinks baby-gaga badoo bebo beforeitsnews bharatstudent blackplanet blogger blogher
    bloglines blogsome blogspot blogster blurtit brightkite brizzly buzzfeed buzznet cafemom
    camospace care2 catster cellufun chicagonow classmates classquest cocolog-nifty cozycot
    crunchyroll cyworld deviantart dianping digg diigo disqus dogster dol2day doostang dopplr douban
    drugs-forum dzone elftown extole facebook faceparty fanpop fark fb fc2 feedspot feministing
    filmaffinity flickr flipboard folkdirect foodservice fotki fotolog foursquare friendfeed fubar
    gaiaonline gamerdna glassboard glassdoor godtube goldstar gooblog goodreads google+ googleplus
    govloop gowalla habbo hatena hi5 hootsuite houzz hoverspot hubculture hyves ibibo ig imageshack
    imvu insanejournal instagram instapaper intherooms italki jammerdirect kakao kakaocorp kaneva
    librarything line linkedin listal listography livedoor livedoorblog livejournal messenger
    mocospace mouthshut movabletype mubi myheritage mylife mymodernmet myspace netvibes newsshowcase
    nexopia niconico nightlifelink ning onstartups opendiary photobucket pinboard pingsta pinterest
    plurk posterous qapacity quechup quora ravelry reddit redux renren reunion reverbnation ryze
    salespider screenrant scribd scvngr secondlife serverfault shareit sharethis skype skyrock
    snapchat socialvibe spoke spruz stackapps stackexchange stackoverflow stickam superuser sweeva
    tagged taggedmail talkbiznow techmeme tencent tiktok tinyurl toolbox travellerspoint tripadvisor
    trombi tudou tuenti tumblr tweetdeck twitter typepad vampirefreaks vampirerave wakoopa wattpad
    webshots wechat weebly weibo weread whatsapp wordpress xanga xing yammer yelp zalo zooppa
"""
_SOCIAL_SITES = """
    51.com 5ch.net academia.edu airg.ca allnurses.com allrecipes.com ameba.jp ameblo.jp ancestry.com
    answers.yahoo.com artstation.com asmallworld.com awe.sm b.hatena.ne.jp babyblog.ru biip.no
    biswap.org bit.ly blackcareernetwork.com blip.fm blog.com blog.feedspot.com blog.goo.ne.jp
    blog.naver.com blog.yahoo.co.jp blogg.no bloggang.com blogs.com bookmarks.yahoo.co.jp
    bookmarks.yahoo.com cafe.naver.com canalblog.com care.com caringbridge.org cbnt.io
    centerblog.net chat.zalo.me chegg.com chiebukuro.yahoo.co.jp copainsdavant.linternaute.com
    couchsurfing.org cross.tv d.hatena.ne.jp dailystrength.org deluxe.com discover.hubpages.com
    draft.blogger.com draugiem.lv edublogs.org epicurious.com everforo.com exblog.jp fandom.com
    fb.me forums.androidcentral.com forums.crackberry.com forums.imore.com forums.nexopia.com
    forums.webosnation.com forums.wpcentral.com fruehstueckstreff.org gather.com geni.com
    getpocket.com goldenline.pl goo.gl googlegroups.com gree.jp groups.google.com gulli.com
    gutefrage.net hr.com hubpages.com identi.ca internations.org interpals.net irc-galleria.net
    is.gd jappy.com jappy.de kaboodle.com kin.naver.com last.fm lifestream.aol.com lnkd.in mbga.jp
    medium.com meetin.org meetup meetup.com meinvz.net meneame.net menuism.com messages.google.com
    messages.yahoo.co.jp mix.com mixi.jp my.opera.com myanimelist.net news.ycombinator.com
    ngopost.org nicovideo.jp odnoklassniki.ru odnoklassniki.ua okwave.jp oneworldgroup.org
    oshiete.goo.ne.jp over-blog.com overblog.com paper.li partyflock.nl pixiv.net playahead.se
    plus.google.com plus.url.google.com pocket.co pro.homeadvisor.com pulse.yahoo.com qzone.qq.com
    researchgate.net rtl.de scoop.it shvoong.com sites.google.com slashdot.org slideshare.net
    smartnews.com sociallife.com.br spaces.live.com ssense.com stardoll.com studivz.net suomi24.fi
    t.co t.me taringa.net twoo.com unblog.fr urbanspoon.com ushareit.com ushi.cn vg.no video.ibm.com
    vk.com vkontakte.ru wer-weiss-was.de wiki.answers.com wikihow.com wikitravel.org woot.com
    yahoo-mbga.jp youroom.in zoo.gr
"""
_SHOPPING_BRANDS = """
    alibaba amazon ebay etsy igshopping mercadolibre shopify shopzilla stripe walmart
"""
_SHOPPING_SITES = """
    aax-us-east.amazon-adsystem.com aax.amazon-adsystem.com checkout.shopify.com
    checkout.stripe.com cr.shopping.naver.com cr2.shopping.naver.com message.alibaba.com
    msearch.shopping.naver.com nl.shopping.net no.shopping.net offer.alibaba.com one.walmart.com
    order.shopping.yahoo.co.jp partners.shopify.com s3.amazonaws.com se.shopping.net shop.app
    shopping.naver.com shopping.yahoo.co.jp shopping.yahoo.com simplycodes.com
    store.shopping.yahoo.co.jp uk.shopping.net
"""
_VIDEO_BRANDS = """
    crackle curiositystream dailymotion disneyplus hulu iqiyi netflix ted twitch utreon veoh vimeo
    wistia youku youtube
"""
_VIDEO_SITES = """
    blog.twitch.tv d.tube dashboard.twitch.tv fast.wistia.net help.hulu.com help.netflix.com
    id.twitch.tv iq.com jobs.netflix.com justin.tv player.twitch.tv player.vimeo.com
    viadeo.journaldunet.com
"""

_HOUSE_SEARCH_BRANDS = "brave startpage"
_HOUSE_SOCIAL_BRANDS = "discord mastodon telegram threads x"
_HOUSE_SOCIAL_SITES = "bsky.app ok.ru threads.net wa.me x.com"
_HOUSE_SHOPPING_BRANDS = "aliexpress mercadolivre shein shopee temu tiendanube"
_HOUSE_VIDEO_SITES = "rumble.com youtu.be"
_AI_ASSISTANTS = """
    chatgpt.com chat.openai.com gemini.google.com bard.google.com copilot.microsoft.com claude.ai
    perplexity.ai chat.deepseek.com grok.com meta.ai chat.mistral.ai you.com poe.com
"""
_NEUTRAL_LABELS = """
    www www2 m mobile touch amp wap web lite l lm out old new away go apps app business free search
    images player music cn espanol malaysia
    ad ae ar at au be bg bo br ca ch cl co cr cz de dk do ec ee es fi fr gb gr gt hk hn hr hu id ie
    il in is it jp kr lt lu lv mx my ni nl no nz pa pe ph pl pr pt py ro rs ru se sg si sk sv th tr
    tw ua uk us uy ve vn za
"""
_COUNTRY_SECOND_LEVEL = "ac co com edu gob gov ne net nom or org"


def _category(category: str, *lists: str) -> dict[str, str]:
    return {name: category for each in lists for name in each.split()}


#: Bare names and site labels, in every country: brand -> category.
BRANDS: dict[str, str] = {
    **_category("search", _SEARCH_BRANDS, _HOUSE_SEARCH_BRANDS),
    **_category("social", _SOCIAL_BRANDS, _HOUSE_SOCIAL_BRANDS),
    **_category("shopping", _SHOPPING_BRANDS, _HOUSE_SHOPPING_BRANDS, "google_shopping"),
    **_category("video", _VIDEO_BRANDS),
}

#: Hosts that count on their own, and phrases: exact source -> category.
SITES: dict[str, str] = {
    "google shopping": "shopping",
    **_category("search", _SEARCH_SITES),
    **_category("social", _SOCIAL_SITES, _HOUSE_SOCIAL_SITES),
    **_category("shopping", _SHOPPING_SITES),
    **_category("video", _VIDEO_SITES, _HOUSE_VIDEO_SITES),
}

#: Hosts of assistants, read without `www.`.
AI_ASSISTANTS = frozenset(_AI_ASSISTANTS.split())

#: Labels in front of a brand that do not make it another site.
NEUTRAL_LABELS = frozenset(_NEUTRAL_LABELS.split())

#: Second-level labels that countries put before their own: google.com.ar, yahoo.co.jp.
COUNTRY_SECOND_LEVEL = frozenset(_COUNTRY_SECOND_LEVEL.split())
