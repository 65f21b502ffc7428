"""Who the demo's clients are and how their business runs. Pure data; every name is invented."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Stream:
    """Where visits come from. Money is in the client's currency; rates are fractions.

    daily: sessions on an ordinary day; lead_rate: leads per session; cpc: what a click costs, 0 for
    unpaid channels.
    """

    channel: str
    source: str
    medium: str
    daily: float
    lead_rate: float
    cpc: float = 0
    campaigns: tuple[str, ...] = ()
    platform: str = ""


@dataclass(frozen=True)
class Business:
    """One client of the demo agency."""

    slug: str
    name: str
    time_zone: str
    currency: str
    country: str
    language: str
    ticket: float
    streams: tuple[Stream, ...]
    mql_rate: float
    sql_rate: float
    win_rate: float
    cycle_days: float
    repeat_rate: float
    fee: int
    tools: int
    people: int
    margin: str | None
    yearly_growth: float
    season: tuple[float, ...]  # January to December, about 1
    weekend: float
    salespeople: tuple[str, ...]
    pages: tuple[str, ...]
    week_start: int = 1
    stale_ads_days: int = 0  # the ad platform has not delivered its last days
    spend_drift: float = 0  # clicks that grew dearer over the last eight weeks, as a fraction
    products: tuple[str, ...] = ()  # a shop: sales have lines of these
    goods_share: float = 0  # what the goods cost, as a fraction of their price
    has_newsletter: bool = False
    has_contracts: bool = False  # sells contracts to companies, and talks with them
    goals: tuple[tuple[str, str, str, float], ...] = field(default_factory=tuple)


FLAT = (1.0,) * 12
SOUTHERN_SUMMER = (1.25, 1.2, 1.05, 0.95, 0.9, 0.85, 0.85, 0.9, 0.95, 1.0, 1.1, 1.3)
SCHOOL_YEAR = (1.25, 1.1, 1.0, 0.95, 0.9, 0.8, 0.85, 1.15, 1.3, 1.05, 0.95, 0.7)
GIFTS = (0.8, 0.8, 0.9, 0.95, 1.05, 1.0, 0.95, 0.95, 1.0, 1.05, 1.35, 1.5)


def _streams(
    size: float, cpc: float, lead_rate: float, search: tuple[str, ...], social: tuple[str, ...]
) -> tuple[Stream, ...]:
    return (
        Stream(
            "paid_search", "google", "cpc", 0.30 * size, 1.3 * lead_rate, cpc, search, "google_ads"
        ),
        Stream(
            "paid_social",
            "facebook",
            "paid_social",
            0.26 * size,
            0.7 * lead_rate,
            0.55 * cpc,
            social,
            "meta_ads",
        ),
        Stream("organic_search", "google", "organic", 0.22 * size, 1.1 * lead_rate),
        Stream("direct", "(direct)", "(none)", 0.10 * size, 0.9 * lead_rate),
        Stream("organic_social", "instagram", "social", 0.07 * size, 0.4 * lead_rate),
        Stream("email", "newsletter", "email", 0.05 * size, 1.6 * lead_rate),
    )


CLIENTS = (
    Business(
        "bodega-los-alamos", "Bodega Los Álamos", "America/Argentina/Mendoza", "ARS", "AR", "es",
        ticket=68_000, streams=_streams(430, 235, 0.028, ("Vinos", "Marca"), ("Catas", "Regalos")),
        mql_rate=0.62, sql_rate=0.72, win_rate=0.55, cycle_days=6, repeat_rate=0.35,
        fee=850_000, tools=140_000, people=520_000, margin="0.42", yearly_growth=0.35, season=GIFTS, weekend=1.15,
        salespeople=("Camila Rey", "Bruno Paz"), pages=("/", "/vinos", "/catas", "/regalos"),
        products=("Malbec Reserva", "Torrontés", "Bonarda", "Caja de seis", "Cata para dos", "Aceite de oliva"),
        goods_share=0.56, has_newsletter=True,
        goals=(("revenue", "increase", "cumulative", 1.06), ("cac", "decrease", "period", 1.04)),
    ),
    Business(
        "clinica-sonrie", "Clínica Sonríe", "Europe/Madrid", "EUR", "ES", "es",
        ticket=640, streams=_streams(300, 1.35, 0.034, ("Implantes", "Ortodoncia"), ("Primera visita",)),
        mql_rate=0.58, sql_rate=0.70, win_rate=0.46, cycle_days=12, repeat_rate=0.22,
        fee=1_900, tools=260, people=1_200, margin="0.55", yearly_growth=0.18, season=SCHOOL_YEAR, weekend=0.55,
        salespeople=("Nuria Sanz", "Iván Gil", "Paula Mas"), pages=("/", "/implantes", "/ortodoncia", "/contacto"),
        spend_drift=0.45,
        goals=(("leads", "increase", "cumulative", 1.02), ("cpl", "decrease", "period", 0.88)),
    ),
    Business(
        "academia-lingua", "Academia Lingua", "America/Mexico_City", "MXN", "MX", "es",
        ticket=9_800, streams=_streams(330, 9.5, 0.041, ("Inglés", "Francés"), ("Becas", "Verano")),
        mql_rate=0.52, sql_rate=0.60, win_rate=0.38, cycle_days=18, repeat_rate=0.12,
        fee=16_000, tools=2_800, people=9_000, margin="0.48", yearly_growth=0.24, season=SCHOOL_YEAR, weekend=0.7,
        salespeople=("Diego Luna", "Ximena Ríos"), pages=("/", "/ingles", "/frances", "/becas"), week_start=7,
        goals=(("leads", "increase", "cumulative", 0.97), ("revenue", "increase", "cumulative", 1.18)),
    ),
    Business(
        "solar-andina", "Solar Andina", "America/Santiago", "CLP", "CL", "es",
        ticket=3_400_000, streams=_streams(210, 690, 0.030, ("Paneles hogar", "Empresas"), ("Ahorro",)),
        mql_rate=0.48, sql_rate=0.55, win_rate=0.30, cycle_days=34, repeat_rate=0.03,
        fee=1_150_000, tools=140_000, people=620_000, margin=None, yearly_growth=0.30, season=SOUTHERN_SUMMER,
        weekend=0.6, salespeople=("Tomás Vera", "Isidora Lagos"), pages=("/", "/hogar", "/empresas", "/simulador"),
        stale_ads_days=5,
        goals=(("new_customers", "increase", "cumulative", 1.0), ("ad_spend", "cap", "cumulative", 1.05)),
    ),
    Business(
        "nimbus-crm", "Nimbus CRM", "America/New_York", "USD", "US", "en",
        ticket=1_900, streams=_streams(380, 3.1, 0.021, ("Brand", "Competitors"), ("Webinar",)),
        mql_rate=0.44, sql_rate=0.52, win_rate=0.34, cycle_days=27, repeat_rate=0.18,
        fee=3_900, tools=900, people=2_600, margin="0.78", yearly_growth=0.42, season=FLAT, weekend=0.4,
        salespeople=("Grace Hill", "Omar Diaz", "Ruth Bell"), pages=("/", "/pricing", "/demo"), week_start=7,
        products=("Starter", "Team", "Enterprise", "Onboarding"), goods_share=0.2, has_newsletter=True,
        has_contracts=True,
        goals=(("mqls", "increase", "cumulative", 1.1), ("cac_to_ticket", "decrease", "period", 1.0)),
    ),
    Business(
        "mar-e-vela", "Mar e Vela Pousadas", "America/Sao_Paulo", "BRL", "BR", "pt",
        ticket=1_480, streams=_streams(460, 2.4, 0.024, ("Pousadas", "Feriados"), ("Verão", "Casais")),
        mql_rate=0.66, sql_rate=0.74, win_rate=0.52, cycle_days=9, repeat_rate=0.16,
        fee=4_900, tools=650, people=2_700, margin="0.36", yearly_growth=0.15, season=SOUTHERN_SUMMER, weekend=1.2,
        salespeople=("Larissa Moura", "Caio Prado"), pages=("/", "/quartos", "/ofertas", "/reservas"),
        goals=(("revenue", "increase", "cumulative", 0.93), ("roas", "increase", "period", 0.95)),
    ),
)  # fmt: skip
