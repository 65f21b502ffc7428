"""How files call their columns, folded, best first: English, Spanish, Portuguese and platforms' own."""

from collections.abc import Mapping

_NAMES: Mapping[str, str] = {
    "leads.external_id": (
        "id | lead id | lead_id | record id | contact id | external_id | mql_id | id "
        "del lead | id do lead | id de contacto"
    ),
    "sales.external_id": (
        "id | sale id | order id | order_id | order | invoice | external_id | id de "
        "venta | pedido | número de pedido | factura | id da venda"
    ),
    "costs.external_id": "id | cost id | external_id | invoice | factura",
    "lines.sale": (
        "invoice | invoice no | invoiceno | invoice number | order | order id | order_id | order number "
        "| name | sale | sale id | factura | número de factura | pedido | número de pedido | fatura"
    ),
    "lines.customer": (
        "customer id | customer_id | customerid | customer | cliente | id de cliente | email"
    ),
    "lines.amount": (
        "amount | line total | line amount | total | net amount | importe | monto | subtotal | valor"
    ),
    "lines.lead": "lead id | lead_id | lead | id del lead | id do lead",
    "lines.sold": (
        "invoice date | invoicedate | date | sold | sold at | order date | created at | fecha "
        "| fecha de factura | fecha de venta | data | data da venda"
    ),
    "product": (
        "product id | product_id | sku | stock code | stockcode | item id | lineitem sku | product code "
        "| product | artículo | código | producto | referencia | produto"
    ),
    "product_name": (
        "product name | description | item name | lineitem name | product title | title "
        "| descripción | nombre del producto | descrição | nome do produto"
    ),
    "units": "units | quantity | qty | lineitem quantity | cantidad | unidades | quantidade",
    "unit_price": (
        "unit price | unitprice | price | lineitem price | precio | precio unitario | preço"
    ),
    "unit_cost": "unit cost | cost per item | cost | coste unitario | costo unitario | coste | custo",
    "cost_of_goods": "cost of goods | cogs | line cost | coste de la mercancía | custo da mercadoria",
    "line_kind": "line kind | upsell | tipo de línea",
    "is_refund": "refund | is refund | return | devolución | devolução",
    "refund_of": "refund of | original order | original invoice | factura original",
    "budgets.external_id": "id | budget id | external_id",
    "budgets.amount": "amount | budget | planned | presupuesto | importe | monto | orçamento | valor",
    "budgets.starts": "from | starts | start date | desde | inicio | início | de",
    "budgets.ends": "to | ends | end date | hasta | fin | fim | até",
    "contacts.external_id": "id | activity id | engagement id | record id | external_id",
    "happened": (
        "date | activity date | timestamp | created at | at | when | fecha | fecha de la actividad "
        "| data | happened at"
    ),
    "contact_kind": "type | activity type | kind | channel type | tipo | tipo de actividad",
    "contacts.customer": "customer id | customer_id | customer | cliente | company | id de cliente",
    "contacts.lead": "lead id | lead_id | lead | contact id",
    "is_inbound": "inbound | answered | replied | direction | entrante | respondió | respondeu",
    "is_held": "held | took place | completed | attended | realizada | se hizo",
    "is_bulk": "bulk | mass | campaign mail | masivo | em massa",
    "terms.external_id": "id | contract id | subscription id | contrato | external_id",
    "terms.customer": (
        "customer id | customer_id | customer | cliente | id de cliente | account id | email"
    ),
    "terms.starts": "from | starts | start date | contract start | desde | inicio | início",
    "terms.ends": "to | ends | end date | contract end | hasta | fin | fim | até",
    "visitors.day": "day | date | día | dia | fecha | data",
    "visitor": "visitor | visitor id | visitor_id | client id | user id | user_pseudo_id | visitante",
    "is_returning": "returning | is returning | recurrente | recorrente",
    "has_conversion": "conversion | converted | has conversion | conversión | conversão",
    "has_lead": "lead | has lead | generated lead",
    "is_qualified": "qualified | is qualified | calificado | cualificado | qualificado",
    "measure": "measure | metric | métrica | medida | kpi",
    "value": "value | amount | total | count | valor | cantidad",
    "ranges.starts": "from | starts | start date | first day | desde | inicio | início",
    "ranges.ends": "to | ends | end date | last day | hasta | fin | fim",
    "platform": "platform | network | publisher platform | plataforma | red | red social | rede",
    "own.day": "day | date | día | dia | fecha | data",
    "own_measure": "measure | metric | kpi | name | key | métrica | medida | indicador | nombre | nome",
    "own_value": "value | amount | count | total | number | valor | cantidad | número | quantidade",
    "net_profit": "net profit | net income | beneficio neto | resultado neto | lucro líquido",
    "total_revenue": (
        "total revenue | revenue | sales | ingresos | ingresos totales | facturación | receita total"
    ),
    "new_users": "new users | new visitors | usuarios nuevos | novos usuários",
    "emails_sent": (
        "emails sent | sent | total recipients | recipients | enviados | destinatarios | enviados"
    ),
    "emails_delivered": (
        "emails delivered | successful deliveries | delivered | entregados | entregues"
    ),
    "hard_bounces": "hard bounces | rebotes duros | devoluções permanentes",
    "soft_bounces": "soft bounces | rebotes blandos | devoluções temporárias",
    "unique_opens": "unique opens | opens | opened | aperturas únicas | aperturas | aberturas únicas",
    "unique_clicks": "unique clicks | clicked | clics únicos | cliques únicos",
    "unsubscribes": "unsubscribes | unsubscribed | bajas | cancelaciones | descadastros",
    "post_impressions": (
        "post impressions | impressions | views | impresiones | visualizaciones | impressões"
    ),
    "post_engagements": (
        "post engagements | engagements | interactions | reactions | interacciones | interações"
    ),
    "followers": "followers | total followers | seguidores | fans",
    "currency": "currency | currency code | moneda | divisa | código de moneda | moeda",
    "created": (
        "created | created at | created_at | create date | creation date | date | first "
        "contact | first_contact_date | fecha | fecha de creación | creado | alta | "
        "data | data de criação"
    ),
    "name": "name | full name | nombre | nome",
    "email": "email | e-mail | correo | correo electrónico",
    "phone": "phone | phone number | teléfono | telefono | telefone",
    "status": "status | lead quality | estado",
    "utm_source": (
        "utm_source | source | session source | origin | original source | lead source "
        "| fuente | origen | fonte | origem"
    ),
    "utm_medium": "utm_medium | medium | session medium | medio | meio",
    "channel": (
        "channel | canal | default channel group | session default channel group | "
        "session primary channel group (default channel group)"
    ),
    "campaign_id": (
        "campaign id | campaign_id | utm_id | id de campaña | identificador de la "
        "campaña | id da campanha"
    ),
    "campaign": (
        "campaign | campaign name | campaign_name | utm_campaign | session campaign | "
        "campaña | nombre de la campaña | campanha | nome da campanha"
    ),
    "landing_page": (
        "landing page | landing_page | landing page + query string | página de destino "
        "| landing_page_id"
    ),
    "device": "device | device category | dispositivo | categoría de dispositivo",
    "country": "country | country code | país | pais",
    "salesperson": (
        "salesperson | owner | contact owner | deal owner | vendedor | vendedora | "
        "comercial | propietario | salesperson_id"
    ),
    "salesperson_name": "salesperson name | owner name | nombre del vendedor | nome do vendedor",
    "answered": (
        "answered | first answered | first response | respondido | primera respuesta | "
        "primeira resposta"
    ),
    "mql": "mql | mql date | mql at | became mql | fecha mql",
    "sql": "sql | sql date | sql at | became sql | fecha sql",
    "opp": (
        "opportunity | opportunity date | opp | oportunidad | oportunidade | fecha de oportunidad"
    ),
    "won": ("won | won date | won_date | won at | ganado | fecha de cierre ganado | ganho em"),
    "lost": "lost | lost date | lost at | perdido | fecha de pérdida",
    "outcome": "outcome | result | resultado",
    "closed": ("closed | close date | closed at | fecha de cierre | cerrado | data de fechamento"),
    "lost_reason": "lost reason | closed lost reason | motivo | motivo de pérdida",
    "leads.amount": "amount | deal amount | revenue | value | importe | monto | valor",
    "sales.amount": (
        "amount | total | order value | revenue | net sales | importe | monto | ventas | valor"
    ),
    "costs.amount": "amount | cost | importe | coste | costo | gasto | monto | custo | valor",
    "leads.customer": "customer id | customer_id | customer | cliente | id de cliente | id do cliente",
    "sales.customer": (
        "customer id | customer_id | customer | cliente | id de cliente | id do cliente | email"
    ),
    "customer_name": "customer name | nombre del cliente | nome do cliente | company | empresa",
    "sold": (
        "sold | sold at | date | sale date | order date | created at | fecha | fecha de "
        "venta | data | data da venda"
    ),
    "lead": "lead id | lead_id | lead | id del lead | id do lead",
    "sale_kind": "kind | type | sale type | tipo",
    "month": "month | mes | mês",
    "costs.starts": "from | starts | start date | desde | inicio | início | de",
    "daily.starts": (
        "reporting starts | start date | week | inicio del informe | início dos relatórios | desde"
    ),
    "costs.ends": "to | ends | end date | hasta | fin | fim | até",
    "daily.ends": "reporting ends | end date | fin del informe | término dos relatórios | hasta",
    "costs.day": "day | date | día | dia | fecha | data",
    "daily.day": (
        "day | by day | date | gregorian date | día | dia | fecha | data | start date (in utc)"
    ),
    "layer": "layer | cost type | type | tipo | capa | tipo de coste",
    "is_shared": "shared | is shared | compartido | compartilhado",
    "description": "description | concept | descripción | concepto | descrição",
    "item": (
        "item | ad id | ad_id | ad name | ad set id | ad set name | ad group | ad group "
        "name | nombre del anuncio | nome do anúncio"
    ),
    "sessions": "sessions | sesiones | sessões",
    "engaged_sessions": "engaged sessions | sesiones con interacción | sessões engajadas",
    "session_seconds": "session seconds | session duration | duración de las sesiones",
    "pageviews": "pageviews | page views | views | vistas | visualizações de página",
    "new_sessions": "new sessions | first visits | sesiones nuevas",
    "returning_sessions": "returning sessions | sesiones recurrentes",
    "sessions_with_lead": "sessions with lead | sesiones con lead",
    "sessions_with_key_event": "sessions with key event",
    "key_events": "key events | eventos clave | eventos principais",
    "impressions": "impressions | impr. | impresiones | impressões",
    "clicks": (
        "link clicks | clicks | clics | clics en el enlace | cliques | clicks "
        "(destination) | cliques no link"
    ),
    "ad_spend": (
        "cost | spend | amount spent | total spent | spent | coste | importe gastado | "
        "gasto | custo | valor usado"
    ),
    "platform_conversions": "conversions | conversiones | conversões",
    "platform_conversion_value": (
        "conv. value | conversion value | purchases conversion value | valor de conv. | valor conv."
    ),
    "platform_leads": "leads | clientes potenciales",
    "platform_sales": "purchases | complete payment | compras",
    "results": "results | resultados",
    "result_indicator": "result indicator | indicador de resultado | indicador de resultados",
}


def names_of(kind: str, target: str) -> tuple[str, ...]:
    """The headers that a target of a kind may stand under; its own name is one."""
    said = _NAMES.get(f"{kind}.{target}") or _NAMES[target]
    return tuple(dict.fromkeys([*(name.strip() for name in said.split("|")), target]))
