"""Addresses of reviews and comments."""

from django.urls import path

from steering.views import reviews

CLIENT = "a/<slug:agency>/c/<slug:client>/"
GOAL = f"{CLIENT}goals/<int:number>/"

urlpatterns = [
    path(f"{GOAL}review/", reviews.goal_review, name="goal_review"),
    path(f"{GOAL}decide-again/", reviews.goal_again, name="goal_again"),
    path(f"{CLIENT}comments/", reviews.comment_new, name="comment_new"),
    path(f"{CLIENT}comments/<int:number>/remove/", reviews.comment_remove, name="comment_remove"),
]
