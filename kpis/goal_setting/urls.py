"""Addresses of the goal pages of a client."""

from django.urls import path

from kpis.views import goal_files, goal_grids, goals, ladder

urlpatterns = [
    path("", goals.goals, name="goals"),
    path("new/", goals.goal_new, name="goal_new"),
    path("file/", goal_files.goals_file, name="goals_file"),
    path("file/empty.csv", goal_files.goals_file_empty, name="goals_file_empty"),
    path("<int:number>/", goals.goal_detail, name="goal_detail"),
    path("<int:number>/change/", goals.goal_edit, name="goal_edit"),
    path("<int:number>/milestones/", goal_grids.goal_milestones, name="goal_milestones"),
    path("<int:number>/back/", goal_grids.goal_back, name="goal_back"),
    path("<int:number>/ladder/", ladder.goal_ladder, name="goal_ladder"),
    path("<int:number>/archive/", goals.goal_close, name="goal_archive"),
    path("<int:number>/restore/", goals.goal_reopen, name="goal_restore"),
]
