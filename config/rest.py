"""How REST framework answers and how the API's schema is drawn: the same on every machine."""

FRAMEWORK = {
    # An endpoint that forgets to say who may come in lets nobody in.
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "accounts.api.schema.ApiSchema",
    "COERCE_DECIMAL_TO_STRING": True,
}

SCHEMA = {
    "TITLE": "Rumbo API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "DESCRIPTION": "Clients, KPIs, goals, leads and daily facts of an agency. Money and ratios are "
    "strings with their exact decimal value; what is unknown is null, with its reason.",
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "accounts.api.schema.close_bodies",
        "accounts.api.schema.explain_paths",
        "accounts.api.sparse.allow_sparse_answers",
    ],
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "SaleKindEnum": ("new", "repeat", "upsell", "cross"),
        "SaleLineKindEnum": ("upsell", "cross"),
        "GoalKindEnum": ("increase", "decrease", "maintain", "cap"),
        "ShapeEnum": ("linear", "compounding", "seasonal", "manual"),
        "GoalTemplateShapeEnum": ("linear", "compounding", "seasonal"),
        "PlanStateEnum": ("draft", "proposed", "returned", "approved", "replaced"),
        "RuleDirectionEnum": ("above", "below", "either"),
        "InteractionKindEnum": ("call", "mail", "chat", "visit", "meeting"),
    },
}
