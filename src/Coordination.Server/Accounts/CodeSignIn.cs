using Coordination.Contracts.Identity;
using Coordination.Server.Api;

namespace Coordination.Server.Accounts;

/// <summary>Signs in with a one-use code and the password that is to take its place: a code alone opens nothing.</summary>
internal sealed class CodeSignIn(IGrainFactory grains, SignIns signIns, Passwords passwords, TimeProvider time)
{
    public async Task<IResult> ReplaceAsync(HttpContext http, CodeBody body)
    {
        var begun = time.GetTimestamp();
        var (id, attempt) = await signIns.AttemptAsync(http, body.UserName);
        if (attempt.LockedFor is { } wait)
            return SignIns.LockedOut(http, wait);
        var isCode = PasswordCodes.TryRead(body.Code, out var code);
        if (await passwords.VerifyAsync(attempt.CodeHash, code) is not { } verified)
            return Problems.Overloaded(http);
        if (id is null)
            return await signIns.FailAsync(begun);
        var account = grains.GetGrain<IAccountGrain>(id);
        if (!isCode || !verified.IsRight || await account.GetCredentials() is not { } credentials)
        {
            await account.NoteFailedSignIn(SignInMethods.Code, SignIns.BrowserOf(http));
            return await signIns.FailAsync(begun);
        }
        if (Check(body.New, code, credentials) is { } weak)
        {
            await account.EndAttempts();
            return weak;
        }
        if (await passwords.HashAsync(body.New) is not { } hash)
            return Problems.Overloaded(http);
        return await account.ReplacePassword(attempt.CodeHash!, hash) && await signIns.BeginAsync(http, id, SignInMethods.Code) is { } answer
            ? TypedResults.Ok(answer)
            : await signIns.FailAsync(begun);
    }

    private IResult? Check(string password, string code, AccountCredentials credentials) =>
        PasswordCodes.TryRead(password, out var again) && again == code
            ? Problems.Of(StatusCodes.Status422UnprocessableEntity, ErrorCodes.PasswordWeak, "The code is used up; think of a password of your own.", "new")
            : passwords.Check(password, credentials.IsStaff, credentials.UserName, credentials.DisplayName) is { } weak ? Problems.Of(weak with { Field = "new" }) : null;
}
