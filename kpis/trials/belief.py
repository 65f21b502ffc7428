"""How likely is B the better page? Beta-binomial with the prior Beta(1, 1) (KPIS F.1).

Information for people, never a licence to stop early.
"""

import math

from kpis.trials.arms import Arm

#: alpha and beta of a Beta distribution.
Beta = tuple[int, int]


def posterior(arm: Arm) -> Beta:
    return arm.conversions + 1, arm.missed + 1


def probability_above(a: Beta, b: Beta) -> float:
    """P(B > A), exactly: the sum of KPIS F.1 over i from 0 to alpha_B - 1, in logarithms.

    Each term follows from the one before: its ratio is
    (alpha_A + i)(beta_B + i) / ((alpha_A + beta_A + beta_B + i)(1 + i)).
    """
    alpha_a, beta_a = a
    alpha_b, beta_b = b
    log_term = _log_beta(alpha_a, beta_a + beta_b) - _log_beta(alpha_a, beta_a)
    logs = []
    for i in range(alpha_b):
        logs.append(log_term)
        log_term += math.log(alpha_a + i) + math.log(beta_b + i)
        log_term -= math.log(alpha_a + beta_a + beta_b + i) + math.log1p(i)
    highest = max(logs)
    return min(1.0, math.exp(highest) * math.fsum(math.exp(each - highest) for each in logs))


def probability_to_beat(a: Arm, b: Arm) -> float:
    """P(B > A) for two arms. The shorter of the equal sums: by B's conversions or by A's."""
    return _shorter(posterior(a), posterior(b))


def expected_loss(a: Arm, b: Arm) -> float:
    """What choosing B costs on average, as a fraction of visitors: E[max(A - B, 0)].

    E[A; A > B] - E[B; A > B], each of them a mean times a probability with one more success.
    """
    of_a, of_b = posterior(a), posterior(b)
    mean_a, mean_b = of_a[0] / sum(of_a), of_b[0] / sum(of_b)
    more_a, more_b = (of_a[0] + 1, of_a[1]), (of_b[0] + 1, of_b[1])
    return max(0.0, mean_a * _shorter(of_b, more_a) - mean_b * _shorter(more_b, of_a))


def _shorter(a: Beta, b: Beta) -> float:
    if b[0] <= a[0]:
        return probability_above(a, b)
    return max(0.0, 1 - probability_above(b, a))


def _log_beta(alpha: int, beta: int) -> float:
    return math.lgamma(alpha) + math.lgamma(beta) - math.lgamma(alpha + beta)
