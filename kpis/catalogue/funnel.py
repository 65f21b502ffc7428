"""KPIs of leads: how many, how good, how fast answered, at what cost, and who bought."""

from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from campaigns.measures import LEAD_TO_MQL_DAYS, MQL_TO_SQL_DAYS
from kpis.catalogue import atoms as a
from kpis.catalogue.kpi import Example, Kpi, example

HUBSPOT = _("HubSpot lifecycle stages")
_CREATED = _("The local day on which the lead was created.")

LEADS = Kpi(
    key="leads",
    name=_("New leads"),
    meaning=_("People who gave their contact details or asked about the offer."),
    pitfall=_(
        "Entries marked as test, spam or duplicate do not count. "
        "Marking one later changes the day on which it came in."
    ),
    group="funnel",
    formula=a.LEADS,
    unit="count",
    better="higher",
    goal=("increase", "cumulative"),
    dated_by=_CREATED,
    source=HUBSPOT,
    example=example("60", "60", leads="34 21 5"),
    related=("cpl", "lead_to_mql_rate", "lead_to_customer_rate"),
)

MQLS = Kpi(
    key="mqls",
    name=_("Marketing qualified leads (MQL)"),
    meaning=_("Leads that marketing found promising enough to hand over to sales."),
    pitfall=_(
        "Only the first time a lead gets there counts. A lead that jumps to a later stage "
        "entered this one on the same day."
    ),
    group="funnel",
    formula=a.MQLS,
    unit="count",
    better="higher",
    goal=("increase", "cumulative"),
    dated_by=_("The local day on which the lead first became MQL."),
    source=HUBSPOT,
    example=example("40", "40", mqls="9 12 8 11"),
    related=("lead_to_mql_rate", "cost_per_qualified_lead", "sqls"),
)

SQLS = Kpi(
    key="sqls",
    name=_("Sales qualified leads (SQL)"),
    meaning=_("Leads that the sales team took on as buyers worth pursuing."),
    pitfall=_("Only the first time counts; a lead that sales turned down is not one."),
    group="funnel",
    formula=a.SQLS,
    unit="count",
    better="higher",
    goal=("increase", "cumulative"),
    dated_by=_("The local day on which the lead first became SQL."),
    source=HUBSPOT,
    example=example("18", "18", sqls="4 6 3 5"),
    related=("mql_to_sql_rate", "opportunities_created"),
)

OPPORTUNITIES_CREATED = Kpi(
    key="opportunities_created",
    name=_("New opportunities"),
    meaning=_("Deals with an amount in sight that the sales team opened."),
    pitfall=_(
        "Not every lead is one: a lead asked, an opportunity is being negotiated. "
        "The same customer may open several."
    ),
    group="funnel",
    formula=a.OPPS_CREATED,
    unit="count",
    better="higher",
    goal=("increase", "cumulative"),
    dated_by=_("The local day on which the opportunity was opened."),
    source=_("Salesforce opportunity fields"),
    example=example("12", "12", opps_created="7 5"),
    related=("sqls", "win_rate", "open_pipeline_value"),
)

LEAD_TO_MQL_RATE = Kpi(
    key="lead_to_mql_rate",
    name=_("Lead-to-MQL rate"),
    meaning=_("Of the leads that came in, those that proved promising within 30 days."),
    pitfall=_(
        "Follows the same people, so it never passes 100 %. Leads younger than 30 days can still "
        "qualify: until then the number is provisional and outside goals."
    ),
    group="funnel",
    formula=a.LEAD_COHORT_TO_MQL / a.LEAD_COHORT,
    unit="percent",
    better="higher",
    goal=("increase", "level"),
    dated_by=_("The local day on which the lead was created, on both sides (cohort)."),
    source=HUBSPOT,
    example=example("1/4", "25.0 %", lead_cohort_to_mql="40", lead_cohort="160"),
    cohort_days=LEAD_TO_MQL_DAYS,
    related=("mqls", "mql_to_sql_rate", "lead_to_customer_rate"),
)

MQL_TO_SQL_RATE = Kpi(
    key="mql_to_sql_rate",
    name=_("MQL-to-SQL rate"),
    meaning=_("Of the leads that marketing handed over, those that sales took on within 30 days."),
    pitfall=_(
        "Follows the same people from the day they became MQL, so it never passes 100 %. "
        "Those handed over less than 30 days ago may still be taken on."
    ),
    group="funnel",
    formula=a.MQL_COHORT_TO_SQL / a.MQL_COHORT,
    unit="percent",
    better="higher",
    goal=("increase", "level"),
    dated_by=_("The local day on which the lead first became MQL, on both sides (cohort)."),
    source=HUBSPOT,
    example=example("9/20", "45.0 %", mql_cohort_to_sql="18", mql_cohort="40"),
    cohort_days=MQL_TO_SQL_DAYS,
    related=("lead_to_mql_rate", "sqls", "mqls"),
)

LEAD_TO_CUSTOMER_RATE = Kpi(
    key="lead_to_customer_rate",
    name=_("Lead-to-customer rate"),
    meaning=_("Of the people who asked, those who became customers within the window."),
    pitfall=_(
        "Follows the same people from enquiry to first sale. People who were customers already "
        "are left out. Recent leads still have time to buy: until the window is over the number "
        "is provisional."
    ),
    group="funnel",
    formula=a.PROSPECT_COHORT_WON / a.PROSPECT_COHORT,
    unit="percent",
    better="higher",
    goal=("increase", "level"),
    dated_by=_("The local day on which the lead was created, on both sides (cohort)."),
    source=_("House definition, on HubSpot lifecycle stages"),
    example=example("3/25", "12.0 %", prospect_cohort_won="24", prospect_cohort="200"),
    cohort_days="window",
    parameters=("window_days",),
    related=("leads", "new_customers", "lead_close_ratio_period"),
)

LEAD_CLOSE_RATIO_PERIOD = Kpi(
    key="lead_close_ratio_period",
    name=_("Closings per lead in the period"),
    meaning=_("First sales of the period set against the leads of the same period."),
    pitfall=_(
        "Not the same people: buyers of today asked weeks ago. It can pass 100 % and jumps when "
        "fewer leads come in. A quick look; the true rate is lead-to-customer."
    ),
    group="funnel",
    formula=a.NEW_CUSTOMERS / a.LEADS,
    unit="percent",
    better="higher",
    goal=("increase", "level"),
    dated_by=_("Customers on the day of their first sale, leads on the day they came in."),
    source=_("House definition"),
    example=example("1/5", "20.0 %", new_customers="30", leads="150"),
    related=("lead_to_customer_rate", "new_customers"),
)

CPL = Kpi(
    key="cpl",
    name=_("Cost per lead (CPL)"),
    meaning=_("The money that each new contact cost."),
    pitfall=_(
        "Over the whole client it covers every lead, those that came free as well. "
        "Stopping the ads makes it fall: watch the number of leads with it."
    ),
    group="funnel",
    formula=lambda parameters: a.cost(parameters) / a.LEADS,
    unit="money",
    better="lower",
    goal=("decrease", "level"),
    dated_by=_("Cost on its own day, leads on the day they came in."),
    source=_("Standard of the field"),
    example=example("25", "25.00", ad_spend="1250", leads="50"),
    parameters=("cost_basis",),
    related=("leads", "cost_per_qualified_lead", "cac"),
)

COST_PER_QUALIFIED_LEAD = Kpi(
    key="cost_per_qualified_lead",
    name=_("Cost per qualified lead"),
    meaning=_("The money that each promising contact (MQL) cost."),
    pitfall=_("Leads qualify days after they were paid for; short periods mislead."),
    group="funnel",
    formula=lambda parameters: a.cost(parameters) / a.MQLS,
    unit="money",
    better="lower",
    goal=("decrease", "level"),
    dated_by=_("Cost on its own day, leads on the day they became MQL."),
    source=_("Standard of the field"),
    example=example("125/2", "62.50", ad_spend="1250", mqls="20"),
    parameters=("cost_basis",),
    related=("cpl", "mqls"),
)

SPEED_TO_LEAD = Kpi(
    key="speed_to_lead",
    name=_("Speed to lead (median)"),
    meaning=_("Half of the leads had an answer from a person within this time."),
    pitfall=_(
        "Automatic replies do not count. A lead without an answer counts as waiting for ever; "
        "if it falls in the middle there is no value. The clock runs at all hours, or in office hours."
    ),
    group="funnel",
    formula=a.RESPONSE_MINUTES,
    unit="minutes",
    better="lower",
    goal=("decrease", "level"),
    dated_by=_CREATED,
    source=_("House definition, after the Harvard Business Review lead response study (2011)"),
    example=Example({"response_minutes": ("4", "12", "30", "95", None)}, Fraction(30), "30 min"),
    related=("response_sla_rate", "lead_to_customer_rate"),
    parameters=("clock",),
)

RESPONSE_SLA_RATE = Kpi(
    key="response_sla_rate",
    name=_("Leads answered in time"),
    meaning=_("Of the leads whose promised waiting time is over, those answered before it was."),
    pitfall=_(
        "Leads that came in a moment ago are on neither side until their time is up. "
        "Automatic replies are no answer."
    ),
    group="funnel",
    formula=a.LEADS_IN_SLA / a.LEADS_SLA_DUE,
    unit="percent",
    better="higher",
    goal=("increase", "level"),
    dated_by=_CREATED,
    source=_("House definition"),
    example=example("3/5", "60.0 %", leads_in_sla="3", leads_sla_due="5"),
    parameters=("sla_minutes", "clock"),
    related=("speed_to_lead", "leads"),
)

KPIS = (
    LEADS,
    MQLS,
    SQLS,
    OPPORTUNITIES_CREATED,
    LEAD_TO_MQL_RATE,
    MQL_TO_SQL_RATE,
    LEAD_TO_CUSTOMER_RATE,
    LEAD_CLOSE_RATIO_PERIOD,
    CPL,
    COST_PER_QUALIFIED_LEAD,
    SPEED_TO_LEAD,
    RESPONSE_SLA_RATE,
)
