"""Users: for administrators."""

import asyncio
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Request, Response

from connections.users import Account
from engine_api.access_schemas import UserAnswer, UserBody, UserChange, UsersAnswer, role_of
from engine_api.problems import documented
from engine_api.security import AdministratorHere, AuthenticationHere, tell
from engine_api.strict_route import StrictRoute
from plant.errors import WrongState

router = APIRouter(prefix="/api/users", tags=["access"], route_class=StrictRoute)
Name = Annotated[str, Path(max_length=100, examples=["eva"])]


@router.get("", responses=documented())
async def list_users(_: AdministratorHere, here: AuthenticationHere) -> UsersAnswer:
    """All users, without secrets."""
    return UsersAnswer(users=[_shown(one) for one in await asyncio.to_thread(here.users.all)])


@router.post("", status_code=201, responses=documented(400, 408, 409, 413, 422))
async def add_user(
    request: Request, caller: AdministratorHere, here: AuthenticationHere, response: Response, body: UserBody
) -> UserAnswer:
    """Add a user with a password."""
    await asyncio.to_thread(here.users.add, body.name, role_of(body.role), body.password)
    tell(request, caller, "add_user", new={"user": body.name, "role": body.role})
    response.headers["Location"] = f"/api/users/{quote(body.name, safe='')}"
    return _shown(await asyncio.to_thread(here.users.get, body.name))


@router.get("/{name}", responses=documented(404, 422))
async def get_user(_: AdministratorHere, here: AuthenticationHere, name: Name) -> UserAnswer:
    """One user."""
    return _shown(await asyncio.to_thread(here.users.get, name))


@router.patch("/{name}", responses=documented(400, 404, 408, 409, 413, 422))
async def change_user(
    request: Request, caller: AdministratorHere, here: AuthenticationHere, name: Name, body: UserChange
) -> UserAnswer:
    """Change a user's role, password or whether the account is open; a new password ends all of the user's sign-ins."""
    loses = body.disabled or (body.role is not None and body.role != "admin")
    if name == caller.name and loses:
        raise WrongState("you can't take away your own rights: another administrator has to")
    before = await asyncio.to_thread(here.users.get, name)
    if body.role is not None:
        await asyncio.to_thread(here.users.change_role, name, role_of(body.role))
    if body.password is not None:
        await asyncio.to_thread(here.users.change_password, name, body.password)
    if body.disabled is not None:
        await asyncio.to_thread(here.users.disable, name, body.disabled)
    if body.password is not None or body.disabled:
        await asyncio.to_thread(here.sign_ins.revoke_user, name)
    here.forget()
    old = {"user": name, "role": str(before.role), "disabled": before.disabled}
    new = {**body.model_dump(exclude_none=True, exclude={"password"}), "password": body.password is not None}
    tell(request, caller, "change_user", old=old, new=new)
    return _shown(await asyncio.to_thread(here.users.get, name))


@router.delete("/{name}", responses=documented(404, 409, 422))
async def remove_user(request: Request, caller: AdministratorHere, here: AuthenticationHere, name: Name) -> UserAnswer:
    """Forget a user; what the user owns stays, and engineers can give it to somebody else."""
    if name == caller.name:
        raise WrongState("you can't remove your own account: another administrator has to")
    answer = _shown(await asyncio.to_thread(here.users.get, name))
    await asyncio.to_thread(here.sign_ins.revoke_user, name)
    await asyncio.to_thread(here.keys.revoke_user, name)
    await asyncio.to_thread(here.users.remove, name)
    here.forget()
    tell(request, caller, "remove_user", old={"user": name, "role": answer.role})
    return answer


def _shown(account: Account) -> UserAnswer:
    return UserAnswer(
        name=account.name, role=account.role.value, password=account.has_password, certificate=account.certificate,
        disabled=account.disabled,
    )  # fmt: skip
